"""what members send to the archive."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611280510'
down_revision = '202611280500'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('modified', sa.BigInteger(), nullable=True),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('touched_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('finished_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_upload_asset_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_upload_centre_id')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_upload_file_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('code', name=op.f('uq_upload_code'))
    )
    op.create_index(op.f('ix_upload_asset_id'), 'upload', ['asset_id'], unique=False)
    op.create_index(op.f('ix_upload_centre_id'), 'upload', ['centre_id'], unique=False)
    op.create_index(op.f('ix_upload_file_id'), 'upload', ['file_id'], unique=False)
    op.create_index('ix_upload_of_person', 'upload', ['person_id', 'state'], unique=False)
    op.create_index(op.f('ix_upload_touched_at'), 'upload', ['touched_at'], unique=False)
    op.add_column('asset', sa.Column('file_name', sa.String(length=255), server_default='', nullable=False))


def downgrade():
    op.drop_column('asset', 'file_name')
    op.drop_index(op.f('ix_upload_touched_at'), table_name='upload')
    op.drop_index('ix_upload_of_person', table_name='upload')
    op.drop_index(op.f('ix_upload_file_id'), table_name='upload')
    op.drop_index(op.f('ix_upload_centre_id'), table_name='upload')
    op.drop_index(op.f('ix_upload_asset_id'), table_name='upload')
    op.drop_table('upload')
