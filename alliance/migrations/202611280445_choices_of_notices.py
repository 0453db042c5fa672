"""choices of notices."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611280445'
down_revision = '202611280431'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('notice_choice',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('group', sa.String(length=20), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.CheckConstraint("how IN ('at_once', 'digest', 'portal')", name=op.f('ck_notice_choice_how')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_choice_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'group', name=op.f('pk_notice_choice'))
    )


def downgrade():
    op.drop_table('notice_choice')
