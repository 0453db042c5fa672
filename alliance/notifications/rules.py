"""Who is told what, as data: event -> rules. The first rule that reaches a person is the one they read."""

from collections.abc import Callable
from dataclasses import dataclass

from alliance.exchange import contested
from alliance.notifications import recipients as to
from alliance.notifications.recipients import Recipients
from alliance.notifications.telling import MARKED, Telling


@dataclass(frozen=True)
class Rule:
    """`template` goes to `to` when `when` holds; `turn` says that it is now up to them, which is mailed at once.

    With `whole` it leads to the page of all legs: the one that it tells of is not theirs.
    """

    template: str
    to: Recipients
    turn: bool = False
    when: Callable[[Telling], bool] | None = None
    whole: bool = False


def leads_to(*states: str) -> Callable[[Telling], bool]:
    """The action led to one of those states."""
    return lambda told: told.data.get("to") in states


def came_from(*states: str) -> Callable[[Telling], bool]:
    """The leg was in one of those states."""
    return lambda told: told.data.get("from") in states


def stands_at(*states: str) -> Callable[[Telling], bool]:
    """The leg is in one of those states now."""
    return lambda told: told.leg.state in states


def tells(name: str) -> Callable[[Telling], bool]:
    """The event's data holds something under that name."""
    return lambda told: bool(told.data.get(name))


def says(name: str, *values: str | bool) -> Callable[[Telling], bool]:
    """The event's data holds one of those values under that name."""
    return lambda told: told.data.get(name) in values


def waits_anew(told: Telling) -> bool:
    """What was out waits for a review again."""
    return bool(told.data.get("from") != "in_review" and told.data.get("to") == "in_review")


REACHED_OWNER = came_from("requested", "incomplete", "offered", "agreed")
REMAINS = Rule("remains", to.who_remain, True, whole=True)
VOUCHED = ("resource.saved", "resource.paper_added", "resource.paper_removed")
SENT = (Rule("asked", to.owner_duty, True, leads_to("requested")), Rule("received", to.borrower, when=leads_to("requested")))

RULES: dict[str, tuple[Rule, ...]] = {
    # asking
    "leg.submit": SENT,
    "leg.ask_endorsement": (Rule("endorsement_asked", to.endorsers, True), Rule("endorsement_waits", to.borrower)),
    "leg.endorse": SENT,
    "leg.refuse_endorsement": (Rule("endorsement_refused", to.borrower, True),),
    "leg.complete": (Rule("completed", to.owner_hand, True), Rule("completed_copy", to.borrower)),
    "leg.withdraw": (
        Rule("withdrawn", to.owner_hand, when=REACHED_OWNER),
        Rule("withdrawn", to.endorsers, when=came_from("endorsing")),
        Rule("withdrawn_copy", to.borrower, when=came_from("endorsing", "requested", "incomplete", "offered", "agreed")),
    ),
    # answering
    "leg.accept_handling": (Rule("accepted", to.borrower),),
    "leg.transfer": (
        Rule("transferred_to_you", to.owner_hand, True),
        Rule("transferred", to.borrower),
        Rule("transferred", to.first_handler),
    ),
    "leg.return_for_completion": (Rule("incomplete", to.borrower, True), Rule("incomplete", to.endorser)),
    "leg.survey": (Rule("survey", to.borrower),),
    "leg.approve": (
        Rule("step_due", to.next_approvers, True, leads_to("requested")),
        Rule("offered", to.borrower, True, leads_to("offered")),
        Rule("offered", to.publisher, when=leads_to("offered")),
    ),
    "leg.decline": (Rule("declined", to.borrower), Rule("declined", to.endorser), Rule("refusal_copied", to.admins)),
    # offers
    "leg.offer": (
        Rule("step_due", to.next_approvers, True, leads_to("requested")),
        Rule("offered", to.borrower, True, leads_to("offered")),
        Rule("offered", to.publisher, when=leads_to("offered")),
    ),
    "leg.counter": (Rule("countered", to.owner_hand, True),),
    "leg.meet": (Rule("condition_met", to.other_side),),
    "leg.reopen": (Rule("condition_reopened", to.borrower, True),),
    "leg.fall_back": (Rule("fell_back", to.borrower, True), Rule("fell_back_owner", to.owner_hand)),
    "leg.decline_offer": (Rule("offer_declined", to.owner_hand),),
    # by the system
    "leg.commit": (Rule("confirmed", to.borrower), Rule("confirmed_by_you", to.owner_hand), Rule("confirmed", to.endorser)),
    "leg.fall": (
        Rule("fallen", to.borrower, when=says("cause", "taken")),
        Rule("suspended_fall", to.asker, when=says("cause", "suspended")),
        Rule("failed_fall", to.who_know, when=says("cause", "failed")),
        Rule("need_met", to.owner_hand, when=says("cause", "met")),
        Rule("fallen_owner", to.owner_hand, when=REACHED_OWNER),
    ),
    "leg.expire": (Rule("expired", to.asker), Rule("expired_owner", to.owner_hand, when=REACHED_OWNER)),
    # calling it off
    "leg.ask_cancel": (Rule("cancel_asked", to.other_side, True),),
    "leg.agree_cancel": (REMAINS, Rule("cancelled", to.both_sides)),
    "leg.leave": (REMAINS, Rule("left", to.other_side)),
    "leg.refuse_cancel": (Rule("cancel_refused", to.other_side),),
    "leg.force_cancel": (
        REMAINS,
        Rule("force_cancelled", to.both_sides, when=leads_to("cancelled")),
        Rule("recalled_now", to.borrower, True, leads_to("in_use")),
        Rule("recalled_now", to.owner_hand, when=leads_to("in_use")),
        Rule("partner_recalled", to.partners, when=leads_to("in_use"), whole=True),
    ),
    "leg.report_no_show": (REMAINS, Rule("no_show", to.other_side, True)),
    # hand-over and return
    "leg.hand_over": (Rule("handed_over", to.borrower, True),),
    "leg.receive": (Rule("note_asked", to.owner_hand, True, tells("differences")), Rule("taken_over", to.owner_hand)),
    "leg.note_differences": (Rule("note_asked", to.other_side, True),),
    "leg.agree_note": (Rule("note_agreed", to.other_side),),
    "leg.refuse_note": (Rule("note_refused", to.other_side, True),),
    "leg.report_damage": (Rule("damaged", to.owner_hand), Rule("damaged", to.first_handler)),
    "leg.ask_extension": (Rule("extension_asked", to.owner_hand, True),),
    "leg.grant": (Rule("extended", to.borrower),),
    "leg.refuse": (Rule("extension_refused", to.borrower),),
    "leg.recall": (Rule("recalled", to.borrower, True), Rule("recalled_copy", to.owner_hand)),
    "leg.send_back": (Rule("sent_back", to.owner_hand, True),),
    "leg.supplement": (Rule("supplemented", to.owner_hand),),
    "leg.check_in": (
        Rule("returned", to.borrower, when=leads_to("returned")),
        Rule("partly_returned", to.borrower, True, leads_to("partly_returned")),
    ),
    "leg.resolve_line": (Rule("line_asked", to.borrower, True),),
    "leg.agree_line": (Rule("line_agreed", to.owner_hand),),
    "leg.refuse_line": (Rule("line_refused", to.owner_hand, True),),
    # a licence
    "leg.open_window": (Rule("window_opened", to.borrower),),
    "leg.end_window": (Rule("window_ended", to.both_sides),),
    "leg.revoke": (Rule("window_revoked", to.borrower), Rule("window_revoked", to.owner_hand)),
    "leg.window_soon": (Rule("window_ending", to.both_sides),),
    # closing
    "leg.close": (Rule("rate", to.both_sides),),
    "leg.rate": (Rule("rated", to.other_side),),
    "leg.reply": (Rule("replied", to.other_side),),
    "leg.dispute": (Rule("disputed", to.other_side), Rule("dispute_opened", to.neutral_admins, True)),
    "leg.state_view": (Rule("dispute_stated", to.other_side), Rule("dispute_stated", to.neutral_admins)),
    "leg.propose": (Rule("dispute_proposed", to.both_sides, True),),
    "leg.agree_proposal": (
        Rule("settled_together", to.both_sides, when=says("decision", "resume", "close", "no_show", "no_breach")),
        Rule("proposal_agreed", to.other_side),
        Rule("proposal_agreed", to.neutral_admins),
    ),
    "leg.refuse_proposal": (Rule("proposal_refused", to.other_side), Rule("proposal_refused", to.neutral_admins, True)),
    "leg.settle": (Rule("settled", to.both_sides),),
    "leg.statement_soon": (Rule("reminder", to.awaited_in_dispute, True),),
    "leg.statement_over": (Rule("dispute_opened", to.neutral_admins, True),),
    "leg.proposal_soon": (Rule("reminder", to.awaited_in_dispute, True),),
    "leg.proposal_over": (Rule("dispute_opened", to.neutral_admins, True),),
    "leg.appeal_soon": (Rule("appeal_ending", to.both_sides),),
    "leg.appeal_over": (Rule("appeal_ended", to.both_sides),),
    "leg.archived": (Rule("archived", to.archivists),),
    # dated, by the sweep
    "leg.half": (
        Rule("reminder", to.owner_hand, True, stands_at("requested")),
        Rule("reminder", to.borrower, True, stands_at("offered")),
    ),
    "leg.ninety": (
        Rule("reminder", to.owner_duties, True, stands_at("requested")),
        Rule("reminder", to.borrower, True, stands_at("offered")),
    ),
    "leg.yellow": (
        Rule("yellow", to.owner_duties, True, stands_at("requested")),
        Rule("yellow_offer", to.borrower, True, stands_at("offered")),
    ),
    "leg.red": (Rule("red", to.owner_duties, True), Rule("red_copy", to.borrower)),
    "leg.director": (Rule("red", to.owner_directors, True), Rule("red", to.admins)),
    "leg.start_soon": (Rule("start_soon", to.both_sides),),
    "leg.condition_soon": (Rule("condition_soon", to.borrower, True),),
    "leg.condition_due": (
        Rule("condition_due", to.owner_hand),
        Rule("condition_due", to.owner_directors),
        Rule("condition_missed", to.borrower, True),
    ),
    "leg.return_soon": (Rule("return_soon", to.borrower, True),),
    "leg.redated": (Rule("redated", to.both_sides),),
    "leg.overdue": (Rule("return_overdue", to.borrower, True), Rule("return_overdue_owner", to.owner_hand)),
    # catalogue
    "resource.submitted": (Rule("listing_waits", to.reviewers, True),),
    **dict.fromkeys(
        ("resource.saved", "resource.paper_added", "resource.paper_removed"),
        (Rule("listing_waits", to.reviewers, True, waits_anew),),
    ),
    "resource.returned": (Rule("listing_returned", to.keepers, True),),
    "resource.published": (Rule("listing_published", to.keepers),),
    "resource.stale": (Rule("listing_stale", to.owner_duty),),
    "resource.sessions_ending": (Rule("sessions_ending", to.owner_duty),),
    "resource.paper_ending": (Rule("paper_ending", to.owner_duty),),
    "resource.paper_ended": (Rule("paper_ended", to.owner_duty),),
    "resource.paused": (Rule("listing_paused", to.owner_duty),),
    # archive
    "asset.submitted": (Rule("asset_waits", to.deciders, True),),
    "asset.changed": (Rule("asset_waits", to.deciders, True, waits_anew),),
    "asset.file_attached": (Rule("asset_waits", to.deciders, True, waits_anew),),
    "asset.returned": (Rule("asset_returned", to.keepers, True),),
    "asset.published": (Rule("asset_published", to.keepers),),
    "asset.withdrawn": (Rule("asset_withdrawn", to.keepers),),
    "asset.lapsed": (Rule("asset_lapsed", to.keepers),),
    "asset.ending": (
        Rule("asset_ending", to.keepers),
        Rule("asset_ending", to.centre_heads, when=says("before", "7")),
    ),
    "upload.refused": (Rule("upload_refused", to.sender),),
    "asset.restricted": (Rule("asset_restricted", to.keepers),),
    "asset.opened": (Rule("asset_opened", to.keepers),),
    "asset.consent_withdrawn": (Rule("asset_consent_withdrawn", to.keepers_and_heads, True),),
    # public cases
    "case.file": (Rule("case_filed", to.case_duty, True),),
    "case.transfer": (Rule("case_transferred_to_you", to.case_duty, True), Rule("case_transferred", to.case_first_handler)),
    "case.reply": (Rule("case_replied", to.case_hand, True),),
    "case.resume": (Rule("case_resumed", to.case_hand, True),),
    "case.refuse": (Rule("case_refused", to.admins),),
    "case.rate": (Rule("case_rated", to.case_hand),),
    "case.follow_up": (
        Rule("case_unsolved", to.case_hand, True, says("solved", False)),
        Rule("case_unsolved", to.admins, when=says("solved", False)),
    ),
    "case.redated": (Rule("case_redated", to.case_hand),),
    "case.half": (Rule("case_reminder", to.case_hand, True),),
    "case.ninety": (Rule("case_reminder", to.case_duties, True),),
    "case.yellow": (Rule("case_yellow", to.case_duties, True),),
    "case.red": (Rule("case_red", to.case_duties, True),),
    "case.director": (Rule("case_red", to.case_directors, True), Rule("case_red", to.admins)),
    # membership
    "centre.applied": (Rule("membership_applied", to.admins),),
    "centre.approved": (Rule("membership_admitted", to.centre_heads),),
    "centre.declined": (Rule("membership_refused", to.centre_heads),),
    "centre.suspended": (Rule("membership_suspended", to.centre_heads, True),),
    "centre.warned": (Rule("membership_warned", to.centre_heads),),
    "centre.barred": (Rule("membership_barred", to.centre_heads, True),),
    "centre.unbarred": (Rule("membership_unbarred", to.centre_heads),),
    "centre.restored": (Rule("membership_restored", to.centre_heads),),
    "centre.left": (Rule("membership_withdrawn", to.centre_heads), Rule("membership_left", to.admins)),
}

DATED = (
    *("half", "ninety", "yellow", "red", "director"),
    *("start_soon", "return_soon", "overdue", "condition_soon", "condition_due", "window_soon"),
    *contested.NOTICES,
)
_DATES = {f"{subject}.{mark}" for subject in ("leg", "case") for mark in DATED}
LISTENERS: dict[str, tuple[str, ...]] = dict.fromkeys([*(action for action in RULES if action not in _DATES), *MARKED], ("notify",))
