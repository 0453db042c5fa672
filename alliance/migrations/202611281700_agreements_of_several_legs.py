"""agreements of several legs."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611281700'
down_revision = '202611281300'
branch_labels = ()
depends_on = None


def upgrade():
    op.add_column('leg', sa.Column('rank', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('leg', sa.Column('begun_by', sa.String(length=10), nullable=False, server_default='borrower'))
    op.add_column('leg', sa.Column('replaces', sa.Integer(), nullable=True))
    op.add_column('leg', sa.Column('replace_until', alliance.db.Instant(timezone=True), nullable=True))
    op.add_column('leg', sa.Column('aftermath', alliance.db.JSON, nullable=True))
    op.add_column('leg', sa.Column('waits', sa.String(length=10), nullable=True))
    op.drop_index('ix_leg_agreement_id', table_name='leg')
    op.create_index('uq_leg_rank', 'leg', ['agreement_id', 'rank'], unique=True)


def downgrade():
    op.drop_index('uq_leg_rank', table_name='leg')
    op.create_index('ix_leg_agreement_id', 'leg', ['agreement_id'])
    for name in ('waits', 'aftermath', 'replace_until', 'replaces', 'begun_by', 'rank'):
        op.drop_column('leg', name)
