"""what is said in recordings."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611280550'
down_revision = '202611280545'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('caption',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('cues', alliance.db.JSON, nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_caption_asset_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_caption_created_by')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_caption_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caption')),
    sa.UniqueConstraint('asset_id', 'language', 'kind', name=op.f('uq_caption_asset_id_language_kind'))
    )


def downgrade():
    op.drop_table('caption')
