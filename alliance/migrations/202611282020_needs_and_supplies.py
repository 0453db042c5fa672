"""needs and supplies."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611282020'
down_revision = '202611282030'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('board_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('published_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('art_form', sa.String(length=40), nullable=False),
    sa.Column('activity_type', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('audience', sa.Integer(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('costs', sa.Text(), nullable=False),
    sa.Column('scope', sa.String(length=12), nullable=False),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.CheckConstraint("ends_on >= starts_on", name=op.f('ck_board_entry_ends_later')),
    sa.CheckConstraint("side <> 'supply' OR resource_id IS NOT NULL", name=op.f('ck_board_entry_supplies_something')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_board_entry_centre_id_centre')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_board_entry_created_by_person')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_board_entry_resource_id_resource')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_entry')),
    sa.UniqueConstraint('number', name=op.f('uq_board_entry_number')),
    )
    op.create_index(op.f('ix_board_entry_centre_id'), 'board_entry', ['centre_id'], unique=False)
    op.create_index('ix_board_entry_side_state', 'board_entry', ['side', 'state'], unique=False)
    op.create_table('board_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('leg_id', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['board_entry.id'], name=op.f('fk_board_answer_entry_id_board_entry')),
    sa.ForeignKeyConstraint(['leg_id'], ['leg.id'], name=op.f('fk_board_answer_leg_id_leg')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_answer')),
    sa.UniqueConstraint('leg_id', name=op.f('uq_board_answer_leg_id')),
    )
    op.create_index(op.f('ix_board_answer_entry_id'), 'board_answer', ['entry_id'], unique=False)
    op.create_index('uq_board_answer_accepted', 'board_answer', ['entry_id'], unique=True,
        sqlite_where=sa.text('accepted'), postgresql_where=sa.text('accepted'))


def downgrade():
    op.drop_table('board_answer')
    op.drop_table('board_entry')
