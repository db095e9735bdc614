"""The people who work here: accounts, sessions, the review desk, proposals, keys, counts per day."""

from __future__ import annotations

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SEVERITY = {"": 2, "note": 0, "minor": 1, "major": 2, "critical": 3}


def upgrade() -> None:
    """Make the tables, and work out for old rows what is kept as things happen from now on."""
    _make()
    connection = op.get_bind()
    _weigh_items(connection)
    _count_days(connection)


def _make() -> None:
    op.create_table('accounts',
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('login', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password', sa.Text(), nullable=False),
    sa.Column('roles', sa.Text(), nullable=False),
    sa.Column('policy_roles', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('locked_until', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), server_default='', nullable=False),
    sa.Column('subject', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('login', name=op.f('uq_accounts_login'))
    )
    op.create_table('answers',
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('request_sha256', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key_id', 'name', name=op.f('pk_answers'))
    )
    op.create_index(op.f('ix_answers_at'), 'answers', ['at'], unique=False)
    op.create_table('tallies',
    sa.Column('day', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'measure', 'policy', 'name', name=op.f('pk_tallies'))
    )
    op.create_table('throttles',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('since', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_throttles'))
    )
    op.create_table('api_keys',
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('secret_sha256', sa.Text(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('created_at', sa.Text(), nullable=False),
    sa.Column('revoked_at', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_api_keys_account_id_accounts')),
    sa.PrimaryKeyConstraint('key_id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('secret_sha256', name=op.f('uq_api_keys_secret_sha256'))
    )
    op.create_table('proposals',
    sa.Column('proposal_id', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('base_sha256', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), server_default='', nullable=False),
    sa.Column('decided_at', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_proposals_account_id_accounts')),
    sa.PrimaryKeyConstraint('proposal_id', name=op.f('pk_proposals'))
    )
    op.create_index(op.f('ix_proposals_policy_at'), 'proposals', ['policy', 'at'], unique=False)
    op.create_index(op.f('ix_proposals_state'), 'proposals', ['state'], unique=False)
    op.create_table('requests',
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), server_default='', nullable=False),
    sa.Column('decided_at', sa.Text(), server_default='', nullable=False),
    sa.Column('answer', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_requests_account_id_accounts')),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_requests'))
    )
    op.create_index(op.f('ix_requests_kind_state'), 'requests', ['kind', 'state'], unique=False)
    op.create_index(op.f('ix_requests_subject'), 'requests', ['subject'], unique=False)
    op.create_table('sessions',
    sa.Column('token_sha256', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('created_at', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_sessions_account_id_accounts')),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_sessions'))
    )
    op.create_index(op.f('ix_sessions_account_id'), 'sessions', ['account_id'], unique=False)
    op.create_index(op.f('ix_sessions_expires_at'), 'sessions', ['expires_at'], unique=False)
    op.create_table('comments',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_comments_account_id_accounts')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_comments_draft_id_drafts')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_comments'))
    )
    op.create_index(op.f('ix_comments_draft_id_seq'), 'comments', ['draft_id', 'seq'], unique=False)
    op.create_table('editors',
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_editors_account_id_accounts')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_editors_draft_id_drafts')),
    sa.PrimaryKeyConstraint('draft_id', name=op.f('pk_editors'))
    )
    op.create_table('leases',
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('since', sa.Text(), nullable=False),
    sa.Column('until', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_leases_account_id_accounts')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_leases_draft_id_drafts')),
    sa.PrimaryKeyConstraint('work_id', name=op.f('pk_leases'))
    )
    op.create_index(op.f('ix_leases_account_id'), 'leases', ['account_id'], unique=False)
    op.create_index(op.f('ix_leases_until'), 'leases', ['until'], unique=False)
    op.create_table('samples',
    sa.Column('sample_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('stratum', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('expected', sa.Text(), server_default='', nullable=False),
    sa.Column('made_at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_samples_draft_id_drafts')),
    sa.PrimaryKeyConstraint('sample_id', name=op.f('pk_samples'))
    )
    op.create_index(op.f('ix_samples_draft_id'), 'samples', ['draft_id'], unique=False)
    op.create_index(op.f('ix_samples_stratum'), 'samples', ['stratum'], unique=False)
    op.create_table('skips',
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_skips_account_id_accounts')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_skips_draft_id_drafts')),
    sa.PrimaryKeyConstraint('draft_id', 'account_id', name=op.f('pk_skips'))
    )
    op.create_index(op.f('ix_skips_account_id'), 'skips', ['account_id'], unique=False)
    op.create_table('graces',
    sa.Column('review_id', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Text(), nullable=False),
    sa.Column('until', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.draft_id'], name=op.f('fk_graces_draft_id_drafts')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.review_id'], name=op.f('fk_graces_review_id_reviews')),
    sa.PrimaryKeyConstraint('review_id', name=op.f('pk_graces'))
    )
    op.create_index(op.f('ix_graces_draft_id'), 'graces', ['draft_id'], unique=False)
    op.create_table('item_rules',
    sa.Column('work_id', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['work_id'], ['items.work_id'], name=op.f('fk_item_rules_work_id_items')),
    sa.PrimaryKeyConstraint('work_id', 'rule', name=op.f('pk_item_rules'))
    )
    op.create_index(op.f('ix_item_rules_rule'), 'item_rules', ['rule'], unique=False)
    op.create_table('verdicts',
    sa.Column('sample_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_verdicts_account_id_accounts')),
    sa.ForeignKeyConstraint(['sample_id'], ['samples.sample_id'], name=op.f('fk_verdicts_sample_id_samples')),
    sa.PrimaryKeyConstraint('sample_id', 'account_id', name=op.f('pk_verdicts'))
    )
    op.create_index(op.f('ix_verdicts_account_id'), 'verdicts', ['account_id'], unique=False)
    op.create_table('withdrawals',
    sa.Column('review_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.account_id'], name=op.f('fk_withdrawals_account_id_accounts')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.review_id'], name=op.f('fk_withdrawals_review_id_reviews')),
    sa.PrimaryKeyConstraint('review_id', name=op.f('pk_withdrawals'))
    )
    op.add_column('items', sa.Column('risk', sa.Integer(), server_default='0', nullable=False))
    op.create_index(op.f('ix_items_state_channel_since'), 'items', ['state', 'channel', 'since'], unique=False)
    op.create_index(op.f('ix_items_state_kind_since'), 'items', ['state', 'kind', 'since'], unique=False)
    op.create_index(op.f('ix_items_state_language_since'), 'items', ['state', 'language', 'since'], unique=False)
    op.create_index(op.f('ix_items_state_risk_since'), 'items', ['state', 'risk', 'since'], unique=False)


def _weigh_items(connection: sa.Connection) -> None:
    """Which rules hold each order, and how grave that is."""
    items = sa.table("items", *map(sa.column, ("work_id", "draft_id", "decision_digest", "risk")))
    rules = sa.table("item_rules", sa.column("work_id"), sa.column("rule"))
    decisions = sa.table(
        "decisions", *map(sa.column, ("seq", "draft_id", "decision_digest", "body"))
    )
    query = sa.select(items.c.work_id, decisions.c.body).join(
        decisions,
        sa.and_(
            decisions.c.draft_id == items.c.draft_id,
            decisions.c.decision_digest == items.c.decision_digest,
        ),
    )
    found = {work: json.loads(body)["reasons"] for work, body in connection.execute(query)}
    for work, reasons in found.items():
        names = sorted({one["rule"] for one in reasons})
        if not names:
            continue
        risk = max(
            1000 * _SEVERITY.get(one.get("severity", ""), 2) + round(1000 * one.get("score", 0))
            for one in reasons
        )
        connection.execute(sa.update(items).where(items.c.work_id == work).values(risk=risk))
        connection.execute(
            sa.insert(rules), [{"work_id": work, "rule": name} for name in names]
        )


def _count_days(connection: sa.Connection) -> None:
    """What was decided, reviewed and released on each day."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    decisions = sa.table(
        "decisions", *map(sa.column, ("at", "draft_id", "policy", "policy_digest", "outcome", "body"))
    )
    policies = {}
    columns = decisions.c["at", "policy", "policy_digest", "outcome", "body"]
    for at, policy, digest, outcome, body in connection.execute(sa.select(*columns)):
        policies[digest] = policy
        counts[at[:10], "decided", policy, outcome] += 1
        for rule in {one["rule"] for one in json.loads(body)["reasons"]}:
            counts[at[:10], "tripped", policy, rule] += 1
    releases = sa.table("releases", sa.column("at"), sa.column("policy"))
    for at, policy in connection.execute(sa.select(releases.c.at, releases.c.policy)):
        counts[at[:10], "released", policy, ""] += 1
    reviews = sa.table(
        "reviews", *map(sa.column, ("at", "action", "policy_digest", "draft_id", "decision_digest"))
    )
    decided = sa.table(
        "decisions", *map(sa.column, ("draft_id", "decision_digest", "body"))
    )
    bodies = {
        (draft, digest): body for draft, digest, body in connection.execute(sa.select(decided))
    }
    for at, action, digest, draft, decision in connection.execute(
        sa.select(*reviews.c["at", "action", "policy_digest", "draft_id", "decision_digest"])
    ):
        policy = policies.get(digest, "")
        counts[at[:10], action, policy, ""] += 1
        held = json.loads(bodies.get((draft, decision), '{"reasons": []}'))["reasons"]
        for rule in {one["rule"] for one in held}:
            counts[at[:10], f"{action}:rule", policy, rule] += 1
    table = sa.table(
        "tallies", *map(sa.column, ("day", "measure", "policy", "name", "count"))
    )
    rows = [
        dict(zip(("day", "measure", "policy", "name"), key)) | {"count": number}
        for key, number in counts.items()
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def downgrade() -> None:
    """Accounts and what people did would be lost: restore a backup instead."""
    raise NotImplementedError("people's work can't be taken back")
