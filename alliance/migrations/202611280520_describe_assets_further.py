"""describe assets further."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import alliance.db

revision = '202611280520'
down_revision = '202611280510'
branch_labels = ()
depends_on = None

asset = sa.table('asset', *(sa.column(name) for name in ('id', 'consent_until', 'minor_consent_until', 'with_minors')),
                 sa.column('details', alliance.db.JSON))
performer = sa.table('performer', *(sa.column(name) for name in (
    'id', 'asset_id', 'rank', 'name', 'name_en', 'role', 'consent_scope', 'consent_until', 'is_minor')))
collection = sa.table('collection', sa.column('created_at', alliance.db.Instant), sa.column('published_at', alliance.db.Instant),
                      *(sa.column(name) for name in ('slug', 'standing', 'state', 'version', 'title', 'title_en', 'text', 'text_en')))
STANDING = (
    ('local', '地方特色', 'Local specialities', '各地的看家项目：地方戏曲、民歌、非遗技艺，一地一档，留住原样。',
     'What each place is known for: local opera, folk song, crafts of the intangible heritage, kept as they are.'),
    ('qunxing', '群星奖', 'Qunxing Award works', '历届群星奖的入围和获奖作品，录像、曲谱、剧本、节目单一并收存。',
     'Works shortlisted for or given the Qunxing Award over the years: recordings, scores, scripts and programmes.'),
    ('popular', '群众喜闻乐见', 'Best loved', '近年来演一场满一场的节目，由联盟秘书处按各馆推荐收录。',
     'Shows of recent years that fill every seat, chosen by the secretariat from what the centres put forward.'),
)


def _name_performers_one_by_one():
    """Names that stood in the record become rows; the asset's one consent becomes that of each."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(asset)).mappings().all():
        details = dict(row['details'] or {})
        names = details.pop('performers', []) or (['表演者'] if row['consent_until'] or row['with_minors'] else [])
        for rank, name in enumerate(names):
            bind.execute(sa.insert(performer).values(
                asset_id=row['id'], rank=rank, name=name[:120], name_en='', role='', consent_scope='',
                consent_until=row['consent_until'], is_minor=row['with_minors']))
        ends = row['consent_until'] if row['with_minors'] else None
        if names or ends:
            bind.execute(sa.update(asset).where(asset.c.id == row['id']).values(details=details, minor_consent_until=ends))


def _make_the_standing_collections():
    now = datetime.now(UTC)
    op.bulk_insert(collection, [
        dict(slug=slug, standing=slug, state='published', version=1, title=title, title_en=english, text=text, text_en=text_en,
             created_at=now, published_at=now)
        for slug, title, english, text, text_en in STANDING
    ])


def _name_performers_in_the_record():
    bind = op.get_bind()
    names = {}
    for row in bind.execute(sa.select(performer.c.asset_id, performer.c.name).order_by(performer.c.asset_id, performer.c.rank)):
        names.setdefault(row.asset_id, []).append(row.name)
    for number, told in names.items():
        details = bind.scalar(sa.select(asset.c.details).where(asset.c.id == number)) or {}
        bind.execute(sa.update(asset).where(asset.c.id == number).values(details=details | {'performers': told}))


def upgrade():
    op.create_table('asset_relation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('agreement_id', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('(other_id IS NULL) <> (agreement_id IS NULL)', name=op.f('ck_asset_relation_one_end')),
    sa.CheckConstraint('other_id <> asset_id', name=op.f('ck_asset_relation_not_itself')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_asset_relation_agreement_id')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_asset_relation_asset_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_asset_relation_created_by')),
    sa.ForeignKeyConstraint(['other_id'], ['asset.id'], name=op.f('fk_asset_relation_other_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset_relation')),
    sa.UniqueConstraint('asset_id', 'agreement_id', name=op.f('uq_asset_relation_asset_id_agreement_id')),
    sa.UniqueConstraint('asset_id', 'kind', 'other_id', name=op.f('uq_asset_relation_asset_id_kind_other_id'))
    )
    op.create_index(op.f('ix_asset_relation_agreement_id'), 'asset_relation', ['agreement_id'], unique=False)
    op.create_index(op.f('ix_asset_relation_other_id'), 'asset_relation', ['other_id'], unique=False)
    op.create_table('asset_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('record', alliance.db.JSON, nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', alliance.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_asset_version_asset_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_asset_version_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset_version')),
    sa.UniqueConstraint('asset_id', 'version', name=op.f('uq_asset_version_asset_id_version'))
    )
    op.create_table('collection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('standing', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('cover_id', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.Column('published_at', alliance.db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cover_id'], ['asset.id'], name=op.f('fk_collection_cover_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_collection_created_by')),
    sa.ForeignKeyConstraint(['owner_id'], ['centre.id'], name=op.f('fk_collection_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection')),
    sa.UniqueConstraint('slug', name=op.f('uq_collection_slug'))
    )
    op.create_index(op.f('ix_collection_owner_id'), 'collection', ['owner_id'], unique=False)
    op.create_table('performer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=60), nullable=False),
    sa.Column('consent_scope', sa.String(length=12), nullable=False),
    sa.Column('consent_until', sa.Date(), nullable=True),
    sa.Column('is_minor', sa.Boolean(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_performer_asset_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_performer'))
    )
    op.create_index(op.f('ix_performer_asset_id'), 'performer', ['asset_id'], unique=False)
    op.create_index(op.f('ix_performer_consent_until'), 'performer', ['consent_until'], unique=False)
    op.create_table('collection_member',
    sa.Column('collection_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('added_at', alliance.db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_collection_member_added_by')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_collection_member_asset_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['collection_id'], ['collection.id'], name=op.f('fk_collection_member_collection_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('collection_id', 'asset_id', name=op.f('pk_collection_member'))
    )
    op.create_index(op.f('ix_collection_member_asset_id'), 'collection_member', ['asset_id'], unique=False)
    op.add_column('asset', sa.Column('minor_consent_until', sa.Date(), nullable=True))
    op.add_column('asset', sa.Column('embargo_until', sa.Date(), nullable=True))
    op.add_column('asset', sa.Column('lease_until', sa.Date(), nullable=True))
    _name_performers_one_by_one()
    _make_the_standing_collections()


def downgrade():
    _name_performers_in_the_record()
    op.drop_column('asset', 'lease_until')
    op.drop_column('asset', 'embargo_until')
    op.drop_column('asset', 'minor_consent_until')
    op.drop_index(op.f('ix_collection_member_asset_id'), table_name='collection_member')
    op.drop_table('collection_member')
    op.drop_index(op.f('ix_performer_consent_until'), table_name='performer')
    op.drop_index(op.f('ix_performer_asset_id'), table_name='performer')
    op.drop_table('performer')
    op.drop_index(op.f('ix_collection_owner_id'), table_name='collection')
    op.drop_table('collection')
    op.drop_table('asset_version')
    op.drop_index(op.f('ix_asset_relation_other_id'), table_name='asset_relation')
    op.drop_index(op.f('ix_asset_relation_agreement_id'), table_name='asset_relation')
    op.drop_table('asset_relation')
