"""statements and proposals of disputes."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611282010'
down_revision = '202611282000'
branch_labels = ()
depends_on = None


def upgrade():
    op.add_column('dispute', sa.Column('statements', alliance.db.JSON, nullable=False, server_default='[]'))
    op.add_column('dispute', sa.Column('proposals', alliance.db.JSON, nullable=False, server_default='[]'))


def downgrade():
    op.drop_column('dispute', 'proposals')
    op.drop_column('dispute', 'statements')
