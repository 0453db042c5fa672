"""announcements and code labels."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611280431'
down_revision = '202611240001'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('code_label',
    sa.Column('list_name', sa.String(length=40), nullable=False),
    sa.Column('code_id', sa.String(length=60), nullable=False),
    sa.Column('zh', sa.String(length=60), nullable=False),
    sa.Column('en', sa.String(length=80), nullable=False),
    sa.Column('changed_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('list_name', 'code_id', name=op.f('pk_code_label'))
    )
    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('reach', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('withdrawn_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("reach IN ('members', 'public')", name=op.f('ck_announcement_reach')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_announcement_in_order')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_announcement_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    op.create_index('ix_announcement_days', 'announcement', ['starts_on', 'ends_on'], unique=False)


def downgrade():
    op.drop_index('ix_announcement_days', table_name='announcement')
    op.drop_table('announcement')
    op.drop_table('code_label')
