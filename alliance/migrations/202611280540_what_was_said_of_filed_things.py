"""what was said of filed things."""

import sqlalchemy as sa
from alembic import op

revision = '202611280540'
down_revision = '202611280530'
branch_labels = ()
depends_on = None


def upgrade():
    op.add_column('report_photo', sa.Column('consent', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('asset_relation', sa.Column('note', sa.Text(), nullable=False, server_default=''))


def downgrade():
    op.drop_column('asset_relation', 'note')
    op.drop_column('report_photo', 'consent')
