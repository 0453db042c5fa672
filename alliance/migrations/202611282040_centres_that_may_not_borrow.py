"""centres that may not borrow."""

import sqlalchemy as sa
from alembic import op

revision = '202611282040'
down_revision = '202611282020'
branch_labels = ()
depends_on = None


def upgrade():
    op.add_column('membership', sa.Column('barred_until', sa.Date(), nullable=True))


def downgrade():
    op.drop_column('membership', 'barred_until')
