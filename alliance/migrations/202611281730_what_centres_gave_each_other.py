"""what centres gave each other."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611281730'
down_revision = '202611281715'
branch_labels = ()
depends_on = None

FUNCTION = """CREATE OR REPLACE FUNCTION posting_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'posting_append_only' USING ERRCODE = 'integrity_constraint_violation'; END $$; """


def upgrade():
    op.create_table('posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('leg_id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('posted_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('centre_id <> other_id', name=op.f('ck_posting_two_sides')),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_posting_something')),
    sa.CheckConstraint("unit IN ('session', 'day', 'lesson_hour')", name=op.f('ck_posting_unit')),
    sa.ForeignKeyConstraint(['leg_id'], ['leg.id'], name=op.f('fk_posting_leg_id')),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_posting_centre_id')),
    sa.ForeignKeyConstraint(['other_id'], ['centre.id'], name=op.f('fk_posting_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('leg_id', 'entry', 'centre_id', name=op.f('uq_posting_leg_id_entry_centre_id'))
    )
    op.create_index('ix_posting_centre', 'posting', ['centre_id', 'other_id', 'unit'])
    sqlite = op.get_context().dialect.name == 'sqlite'
    for verb in ('update', 'delete'):
        if sqlite:
            op.execute(f"CREATE TRIGGER posting_append_only_{verb} BEFORE {verb} ON posting "
                       "BEGIN SELECT RAISE(ABORT, 'posting_append_only'); END")
        else:
            op.execute(f"{FUNCTION}CREATE TRIGGER posting_append_only_{verb} BEFORE {verb} ON posting "
                       "FOR EACH ROW EXECUTE FUNCTION posting_append_only()")


def downgrade():
    op.drop_table('posting')
    if op.get_context().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION posting_append_only()')
