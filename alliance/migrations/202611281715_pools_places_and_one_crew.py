"""pools, places and periods of lines in the occupancies; one crew for both."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611281715'
down_revision = '202611281700'
branch_labels = ()
depends_on = None

OLD = 'id, unit_id, resource_id, starts_at, ends_at, kind, leg_id, expires_at, note, created_by, created_at'
OVERLAP = (
    """CREATE TRIGGER occupancy_no_overlap_insert BEFORE INSERT ON occupancy BEGIN
SELECT RAISE(ABORT, 'occupancy_no_overlap') WHERE EXISTS (SELECT 1 FROM occupancy o WHERE o.unit_id = NEW.unit_id
AND o.id IS NOT NEW.id AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at); END""",
    """CREATE TRIGGER occupancy_no_overlap_update BEFORE UPDATE OF unit_id, starts_at, ends_at ON occupancy BEGIN
SELECT RAISE(ABORT, 'occupancy_no_overlap') WHERE EXISTS (SELECT 1 FROM occupancy o WHERE o.unit_id = NEW.unit_id
AND o.id IS NOT NEW.id AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at); END""",
)
POOL = {
    'pool_not_oversold_insert': """CREATE TRIGGER pool_not_oversold_insert BEFORE INSERT ON occupancy WHEN NEW.unit_id IS NULL BEGIN
SELECT RAISE(ABORT, 'pool_not_oversold') WHERE (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS NOT NEW.id AND o.starts_at <= NEW.starts_at AND NEW.starts_at < o.ends_at) + NEW.quantity > (SELECT quantity FROM resource WHERE id = NEW.resource_id)
OR EXISTS (SELECT 1 FROM occupancy p WHERE p.unit_id IS NULL AND p.resource_id = NEW.resource_id AND p.starts_at > NEW.starts_at AND p.starts_at < NEW.ends_at AND p.id IS NOT NEW.id AND (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS NOT NEW.id AND o.starts_at <= p.starts_at AND p.starts_at < o.ends_at) + NEW.quantity > (SELECT quantity FROM resource WHERE id = NEW.resource_id)); END""",
    'pool_not_oversold_update': """CREATE TRIGGER pool_not_oversold_update BEFORE UPDATE OF unit_id, resource_id, quantity, starts_at, ends_at ON occupancy WHEN NEW.unit_id IS NULL BEGIN
SELECT RAISE(ABORT, 'pool_not_oversold') WHERE (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS NOT NEW.id AND o.starts_at <= NEW.starts_at AND NEW.starts_at < o.ends_at) + NEW.quantity > (SELECT quantity FROM resource WHERE id = NEW.resource_id)
OR EXISTS (SELECT 1 FROM occupancy p WHERE p.unit_id IS NULL AND p.resource_id = NEW.resource_id AND p.starts_at > NEW.starts_at AND p.starts_at < NEW.ends_at AND p.id IS NOT NEW.id AND (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS NOT NEW.id AND o.starts_at <= p.starts_at AND p.starts_at < o.ends_at) + NEW.quantity > (SELECT quantity FROM resource WHERE id = NEW.resource_id)); END""",
}
POOL_PG = """CREATE OR REPLACE FUNCTION pool_not_oversold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE room integer;
BEGIN
SELECT quantity INTO room FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
IF (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS DISTINCT FROM NEW.id AND o.starts_at <= NEW.starts_at AND NEW.starts_at < o.ends_at) + NEW.quantity > room OR EXISTS (SELECT 1 FROM occupancy p WHERE p.unit_id IS NULL AND p.resource_id = NEW.resource_id AND p.starts_at > NEW.starts_at AND p.starts_at < NEW.ends_at AND p.id IS DISTINCT FROM NEW.id
AND (SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = NEW.resource_id
AND o.id IS DISTINCT FROM NEW.id AND o.starts_at <= p.starts_at AND p.starts_at < o.ends_at) + NEW.quantity > room) THEN
RAISE EXCEPTION 'pool_not_oversold' USING ERRCODE = 'exclusion_violation';
END IF;
RETURN NEW;
END $$; CREATE TRIGGER pool_not_oversold BEFORE INSERT OR UPDATE OF unit_id, resource_id, quantity, starts_at, ends_at
ON occupancy FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION pool_not_oversold()"""
SOME = 'quantity >= 1 AND (quantity = 1 OR unit_id IS NULL)'
BOTH = '(lat IS NULL) = (lng IS NULL)'


def added():
    return [
        sa.Column('quantity', sa.Integer(), nullable=False, server_default='1'),
        sa.Column('line_id', sa.Integer(), nullable=True),
        sa.Column('place', sa.String(length=120), nullable=False, server_default=''),
        sa.Column('division_code', sa.String(length=12), nullable=False, server_default=''),
        sa.Column('lat', sa.Double(), nullable=True),
        sa.Column('lng', sa.Double(), nullable=True),
        sa.Column('km', sa.Double(), nullable=True),
        sa.Column('minutes', sa.Integer(), nullable=True),
        sa.Column('way_source', sa.String(length=20), nullable=False, server_default=''),
    ]


def upgrade():
    op.add_column('resource', sa.Column('one_crew', sa.Boolean(), nullable=False, server_default=sa.false()))
    bounds = ['buffer_before', 'buffer_after', 'one_crew', 'lat', 'lng']
    op.create_index('ix_resource_bounds', 'resource', bounds, unique=False)
    if op.get_context().dialect.name == "sqlite":
        made_anew(True)
        for statement in POOL.values():
            op.execute(statement)
    else:
        for column in added():
            op.add_column('occupancy', column)
        op.alter_column('occupancy', 'unit_id', nullable=True)
        op.create_foreign_key(op.f('fk_occupancy_line_id'), 'occupancy', 'line', ['line_id'], ['id'])
        op.create_check_constraint(op.f('ck_occupancy_some_quantity'), 'occupancy', SOME)
        op.create_check_constraint(op.f('ck_occupancy_both_coordinates'), 'occupancy', BOTH)
        op.execute(POOL_PG)
    op.create_index(op.f('ix_occupancy_line_id'), 'occupancy', ['line_id'], unique=False)
    op.create_index('ix_occupancy_ends', 'occupancy', ['ends_at'], unique=False)
    lite, full = sa.text("julianday(ends_at) - julianday(starts_at) > 31"), sa.text("ends_at - starts_at > interval '31 days'")
    op.create_index('ix_occupancy_long', 'occupancy', ['starts_at'], sqlite_where=lite, postgresql_where=full)
    where = sa.text('unit_id IS NULL')
    op.create_index('ix_occupancy_pool', 'occupancy', ['resource_id', 'starts_at'], sqlite_where=where, postgresql_where=where)


def downgrade():
    op.drop_index('ix_occupancy_pool', table_name='occupancy')
    op.drop_index('ix_occupancy_long', table_name='occupancy')
    op.drop_index('ix_occupancy_ends', table_name='occupancy')
    op.drop_index(op.f('ix_occupancy_line_id'), table_name='occupancy')
    if op.get_context().dialect.name == "sqlite":
        for name in POOL:
            op.execute(f'DROP TRIGGER {name}')
        op.execute('DELETE FROM occupancy WHERE unit_id IS NULL')
        made_anew(False)
    else:
        op.execute('DROP TRIGGER pool_not_oversold ON occupancy; DROP FUNCTION pool_not_oversold()')
        op.execute('DELETE FROM occupancy WHERE unit_id IS NULL')
        op.drop_constraint(op.f('ck_occupancy_both_coordinates'), 'occupancy', type_='check')
        op.drop_constraint(op.f('ck_occupancy_some_quantity'), 'occupancy', type_='check')
        op.drop_constraint(op.f('fk_occupancy_line_id'), 'occupancy', type_='foreignkey')
        op.alter_column('occupancy', 'unit_id', nullable=False)
        for column in reversed(added()):
            op.drop_column('occupancy', column.name)
    op.drop_index('ix_resource_bounds', table_name='resource')
    op.drop_column('resource', 'one_crew')


def made_anew(wide):
    """SQLite changes no column in place: a table beside it, filled, takes its name; its triggers and indexes are made again."""
    more = [sa.ForeignKeyConstraint(['line_id'], ['line.id'], name=op.f('fk_occupancy_line_id'))] if wide else []
    checks = [('some_quantity', SOME), ('both_coordinates', BOTH)] if wide else []
    op.create_table(
        'occupancy_anew',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=wide),
        sa.Column('resource_id', sa.Integer(), nullable=False),
        sa.Column('starts_at', alliance.db.Instant(timezone=True), nullable=False),
        sa.Column('ends_at', alliance.db.Instant(timezone=True), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('leg_id', sa.Integer(), nullable=True),
        sa.Column('expires_at', alliance.db.Instant(timezone=True), nullable=True),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
        *(added() if wide else ()),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f('ck_occupancy_holds_expire')),
        sa.CheckConstraint("kind IN ('hold', 'confirmed', 'block', 'maintenance')", name=op.f('ck_occupancy_kind')),
        sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_occupancy_in_order')),
        *(sa.CheckConstraint(text, name=op.f(f'ck_occupancy_{name}')) for name, text in checks),
        sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_occupancy_created_by')),
        sa.ForeignKeyConstraint(['leg_id'], ['leg.id'], name=op.f('fk_occupancy_leg_id')),
        sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_occupancy_resource_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_occupancy_unit_id')),
        *more,
        sa.PrimaryKeyConstraint('id', name=op.f('pk_occupancy')),
    )
    op.execute(f'INSERT INTO occupancy_anew ({OLD}) SELECT {OLD} FROM occupancy')
    op.drop_table('occupancy')
    op.rename_table('occupancy_anew', 'occupancy')
    op.create_index(op.f('ix_occupancy_leg_id'), 'occupancy', ['leg_id'], unique=False)
    op.create_index(op.f('ix_occupancy_resource_id'), 'occupancy', ['resource_id'], unique=False)
    op.create_index('ix_occupancy_time', 'occupancy', ['starts_at', 'ends_at'], unique=False)
    op.create_index('ix_occupancy_unit_time', 'occupancy', ['unit_id', 'starts_at', 'ends_at'], unique=False)
    for statement in OVERLAP:
        op.execute(statement)
