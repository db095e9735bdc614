"""The first schema: runs, drafts, measurements, decisions, reviews, releases, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = "events are append-only"


def upgrade() -> None:
    """Create everything in an empty database."""
    _orders()
    _measurements()
    _outcomes()
    _record()
    _protect_events()


def _orders() -> None:
    op.create_table('runs',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('started_at', sa.Text(), nullable=False),
    sa.Column('finished_at', sa.Text(), server_default='', nullable=False),
    sa.Column('summary', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_runs'))
    )
    op.create_table('policies',
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('policy_digest', name=op.f('pk_policies'))
    )
    op.create_table('briefs',
    sa.Column('brief_digest', sa.Text(), nullable=False),
    sa.Column('brief_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('brief_digest', name=op.f('pk_briefs'))
    )
    op.create_index(op.f('ix_briefs_brief_id'), 'briefs', ['brief_id'], unique=False)
    op.create_table('run_briefs',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('brief_digest', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['brief_digest'], ['briefs.brief_digest'], name=op.f('fk_run_briefs_brief_digest_briefs')),
    sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_run_briefs_run_id_runs')),
    sa.PrimaryKeyConstraint('run_id', 'brief_digest', name=op.f('pk_run_briefs'))
    )
    op.create_table('quarantined',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_quarantined_run_id_runs')),
    sa.PrimaryKeyConstraint('run_id', 'position', name=op.f('pk_quarantined'))
    )
    op.create_table('drafts',
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('brief_id', sa.Text(), nullable=False),
    sa.Column('brief_digest', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('writer', sa.Text(), nullable=False),
    sa.Column('model_digest', sa.Text(), nullable=False),
    sa.Column('settings_digest', sa.Text(), nullable=False),
    sa.Column('seed', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('faithful', sa.Boolean(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('root', sa.Text(), nullable=False),
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['brief_digest'], ['briefs.brief_digest'], name=op.f('fk_drafts_brief_digest_briefs')),
    sa.PrimaryKeyConstraint('draft_id', name=op.f('pk_drafts'))
    )
    op.create_index(op.f('ix_drafts_brief_digest'), 'drafts', ['brief_digest'], unique=False)
    op.create_index(op.f('ix_drafts_text_sha256'), 'drafts', ['text_sha256'], unique=False)
    op.create_index(op.f('ix_drafts_work_id'), 'drafts', ['work_id'], unique=False)
    op.create_table('run_drafts',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('brief_digest', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_run_drafts_draft_id_drafts')),
    sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_run_drafts_run_id_runs')),
    sa.PrimaryKeyConstraint('run_id', 'draft_id', name=op.f('pk_run_drafts'))
    )
    op.create_index(op.f('ix_run_drafts_draft_id'), 'run_drafts', ['draft_id'], unique=False)


def _measurements() -> None:
    op.create_table('reports',
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('check_id', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('model_digest', sa.Text(), nullable=False),
    sa.Column('settings_digest', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('measured_at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('text_sha256', 'check_id', 'version', 'model_digest', 'settings_digest', name=op.f('pk_reports'))
    )
    op.create_table('edits',
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('start_char', sa.Integer(), nullable=False),
    sa.Column('end_char', sa.Integer(), nullable=False),
    sa.Column('before_encrypted', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_edits_draft_id_drafts')),
    sa.PrimaryKeyConstraint('draft_id', 'position', name=op.f('pk_edits'))
    )
    op.create_table('decisions',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('decision_digest', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('measured', sa.Text(), nullable=False),
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_decisions_draft_id_drafts')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_decisions'))
    )
    op.create_index(op.f('ix_decisions_draft_id_seq'), 'decisions', ['draft_id', 'seq'], unique=False)
    op.create_index(op.f('ix_decisions_policy_digest'), 'decisions', ['policy_digest'], unique=False)
    op.create_table('items',
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('decision_digest', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('unverified', sa.Boolean(), nullable=False),
    sa.Column('brief_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('since', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_items_draft_id_drafts')),
    sa.PrimaryKeyConstraint('work_id', name=op.f('pk_items'))
    )
    op.create_index(op.f('ix_items_draft_id'), 'items', ['draft_id'], unique=False)
    op.create_index(op.f('ix_items_state_since'), 'items', ['state', 'since'], unique=False)


def _outcomes() -> None:
    op.create_table('reviews',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('review_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('decision_digest', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('authenticated', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_reviews_draft_id_drafts')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_reviews')),
    sa.UniqueConstraint('review_id', name=op.f('uq_reviews_review_id'))
    )
    op.create_index(op.f('ix_reviews_draft_id'), 'reviews', ['draft_id'], unique=False)
    op.create_table('publishing',
    sa.Column('release_id', sa.Text(), nullable=False),
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_publishing_draft_id_drafts')),
    sa.PrimaryKeyConstraint('release_id', name=op.f('pk_publishing')),
    sa.UniqueConstraint('work_id', name=op.f('uq_publishing_work_id'))
    )
    op.create_table('releases',
    sa.Column('release_id', sa.Text(), nullable=False),
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('brief_id', sa.Text(), nullable=False),
    sa.Column('text_sha256', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('folder', sa.Text(), nullable=False),
    sa.Column('files', sa.Text(), nullable=False),
    sa.Column('approved_by', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_releases_draft_id_drafts')),
    sa.PrimaryKeyConstraint('release_id', name=op.f('pk_releases')),
    sa.UniqueConstraint('work_id', name=op.f('uq_releases_work_id'))
    )
    op.create_index(op.f('ix_releases_draft_id'), 'releases', ['draft_id'], unique=False)


def _record() -> None:
    op.create_table('installation',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_installation'))
    )
    op.create_table('events',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_events'))
    )
    op.create_index(op.f('ix_events_kind'), 'events', ['kind'], unique=False)
    op.create_index(op.f('ix_events_subject'), 'events', ['subject'], unique=False)


def _sequence() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _protect_events() -> None:
    """Let the database itself refuse to change or delete what was recorded."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events "
                f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_refuse()"
    )
    op.execute(
        "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()"
    )


def downgrade() -> None:
    """The first schema has nothing to go back to: delete the database instead."""
    raise NotImplementedError("there is no schema before the first")
