"""conditions that are met."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611282000'
down_revision = '202611281745'
branch_labels = ()
depends_on = None


def upgrade():
    op.add_column('leg', sa.Column('conditions', alliance.db.JSON, nullable=False, server_default='[]'))


def downgrade():
    op.drop_column('leg', 'conditions')
