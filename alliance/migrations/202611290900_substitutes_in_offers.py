"""substitutes in offers."""

from alembic import op

revision = '202611290900'
down_revision = '202611290040'
branch_labels = ()
depends_on = None


def upgrade():
    op.execute('ALTER TABLE line ADD COLUMN offered_id INTEGER CONSTRAINT fk_line_offered_id REFERENCES resource (id)')


def downgrade():
    op.execute('ALTER TABLE line DROP COLUMN offered_id')
