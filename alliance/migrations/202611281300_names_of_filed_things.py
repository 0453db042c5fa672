"""names of filed things."""

import sqlalchemy as sa
from alembic import op

revision = '202611281300'
down_revision = '202611280550'
branch_labels = ()
depends_on = None

CALLED = """UPDATE report_photo SET name = COALESCE((
    SELECT MAX(upload.name) FROM upload JOIN report ON report.person_id = upload.person_id
    WHERE report.id = report_photo.report_id AND upload.file_id = report_photo.file_id), '')"""
"""What was sent in parts is called as who filed it called it then."""


def upgrade():
    op.add_column('report_photo', sa.Column('name', sa.String(length=255), nullable=False, server_default=''))
    op.execute(CALLED)


def downgrade():
    op.drop_column('report_photo', 'name')
