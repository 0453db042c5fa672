"""files opened by licences."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611282030'
down_revision = '202611282010'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('centre_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('leg_id', sa.Integer(), nullable=False),
    sa.Column('opens_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('closes_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('revoked_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_centre_grant_asset_id_asset')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_centre_grant_centre_id_centre')),
    sa.ForeignKeyConstraint(['leg_id'], ['leg.id'], name=op.f('fk_centre_grant_leg_id_leg')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_centre_grant')),
    sa.UniqueConstraint('leg_id', name=op.f('uq_centre_grant_leg_id')),
    )
    op.create_index(op.f('ix_centre_grant_asset_id'), 'centre_grant', ['asset_id'], unique=False)
    op.create_index(op.f('ix_centre_grant_centre_id'), 'centre_grant', ['centre_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_centre_grant_centre_id'), table_name='centre_grant')
    op.drop_index(op.f('ix_centre_grant_asset_id'), table_name='centre_grant')
    op.drop_table('centre_grant')
