"""feeds of calendars."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611281745'
down_revision = '202611281730'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=True),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('centre_id IS NULL OR resource_id IS NULL', name=op.f('ck_feed_one_subject')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_feed_centre_id_centre')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_person_id_person')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_feed_resource_id_resource')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed')),
    sa.UniqueConstraint('digest', name=op.f('uq_feed_digest')),
    sa.UniqueConstraint('person_id', 'centre_id', 'resource_id', name=op.f('uq_feed_person_id_centre_id_resource_id')),
    )
    op.create_index(op.f('ix_feed_person_id'), 'feed', ['person_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_feed_person_id'), table_name='feed')
    op.drop_table('feed')
