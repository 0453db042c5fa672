"""sessions of bought programmes."""

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611290040'
down_revision = '202611282040'
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table('session_use',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('leg_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('used_on', sa.Date(), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('expires_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'own') = (leg_id IS NULL)", name=op.f('ck_session_use_own_without_leg')),
    sa.CheckConstraint("kind IN ('own', 'held', 'promised', 'given')", name=op.f('ck_session_use_kind')),
    sa.CheckConstraint('sessions >= 0', name=op.f('ck_session_use_sessions_not_negative')),
    sa.ForeignKeyConstraint(['leg_id'], ['leg.id'], name=op.f('fk_session_use_leg_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_use_person_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_session_use_resource_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_use')),
    sa.UniqueConstraint('leg_id', 'resource_id', name=op.f('uq_session_use_leg_id_resource_id'))
    )
    op.create_index(op.f('ix_session_use_resource_id'), 'session_use', ['resource_id'], unique=False)
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER sessions_not_oversold_insert BEFORE INSERT ON session_use WHEN NEW.kind <> 'given' BEGIN\nSELECT RAISE(ABORT, 'sessions_not_oversold') WHERE NEW.sessions > (SELECT json_extract(r.details, '$.sessions_bought') - COALESCE(json_extract(r.details, '$.sessions_used'), 0) FROM resource r WHERE r.id = NEW.resource_id)\n- (SELECT COALESCE(SUM(u.sessions), 0) FROM session_use u WHERE u.resource_id = NEW.resource_id AND u.id IS NOT NEW.id); END")
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER sessions_not_oversold_update BEFORE UPDATE OF resource_id, kind, sessions ON session_use WHEN NEW.kind <> 'given' BEGIN\nSELECT RAISE(ABORT, 'sessions_not_oversold') WHERE NEW.sessions > (SELECT json_extract(r.details, '$.sessions_bought') - COALESCE(json_extract(r.details, '$.sessions_used'), 0) FROM resource r WHERE r.id = NEW.resource_id)\n- (SELECT COALESCE(SUM(u.sessions), 0) FROM session_use u WHERE u.resource_id = NEW.resource_id AND u.id IS NOT NEW.id); END")
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION sessions_not_oversold() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\nPERFORM 1 FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;\nIF NEW.sessions > (SELECT (r.details->>'sessions_bought')::integer - COALESCE((r.details->>'sessions_used')::integer, 0) FROM resource r WHERE r.id = NEW.resource_id)\n- (SELECT COALESCE(SUM(u.sessions), 0) FROM session_use u WHERE u.resource_id = NEW.resource_id AND u.id IS DISTINCT FROM NEW.id) THEN\nRAISE EXCEPTION 'sessions_not_oversold' USING ERRCODE = 'exclusion_violation';\nEND IF;\nRETURN NEW;\nEND $$; CREATE TRIGGER sessions_not_oversold BEFORE INSERT OR UPDATE OF resource_id, kind, sessions\nON session_use FOR EACH ROW WHEN (NEW.kind <> 'given') EXECUTE FUNCTION sessions_not_oversold()")


def downgrade():
    if op.get_context().dialect.name == "postgresql":
        op.execute('DROP TRIGGER sessions_not_oversold ON session_use; DROP FUNCTION sessions_not_oversold()')
    if op.get_context().dialect.name == "sqlite":
        op.execute('DROP TRIGGER sessions_not_oversold_update')
    if op.get_context().dialect.name == "sqlite":
        op.execute('DROP TRIGGER sessions_not_oversold_insert')
    op.drop_index(op.f('ix_session_use_resource_id'), table_name='session_use')
    op.drop_table('session_use')
