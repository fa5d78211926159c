from shared.messaging.states import (
    CAMPAIGN_FROM,
    MESSAGE_FROM,
    MESSAGE_TERMINAL,
    RECIPIENT_FROM,
    RECIPIENT_TERMINAL,
    CampaignStatus,
    MessageState,
    RecipientState,
    may_move,
)


def test_a_second_launch_is_never_allowed() -> None:
    # A campaign that was paused before its audience was frozen goes back there when it is resumed.
    launched = set(CampaignStatus) - {CampaignStatus.DRAFT, CampaignStatus.PAUSED}
    assert not any(may_move(status, CampaignStatus.LAUNCHING) for status in launched)


def test_a_cancelled_campaign_never_moves() -> None:
    assert not any(may_move(CampaignStatus.CANCELLED, target) for target in CampaignStatus)


def test_only_a_retry_reopens_a_completed_campaign() -> None:
    targets = {t for t in CampaignStatus if may_move(CampaignStatus.COMPLETED, t)}
    assert targets == {CampaignStatus.SENDING}


def test_a_settled_message_never_moves() -> None:
    for allowed_from in MESSAGE_FROM.values():
        assert not allowed_from & MESSAGE_TERMINAL


def test_a_settled_recipient_moves_by_retry_only() -> None:
    for state, allowed_from in RECIPIENT_FROM.items():
        kept = {RecipientState.FAILED} if state is RecipientState.QUEUED else set()
        assert allowed_from & RECIPIENT_TERMINAL == kept


def test_every_state_has_its_row() -> None:
    assert set(RECIPIENT_FROM) == set(RecipientState)
    assert set(MESSAGE_FROM) == set(MessageState)
    assert set(CAMPAIGN_FROM) == set(CampaignStatus) - {CampaignStatus.DRAFT}


def test_an_unknown_outcome_is_never_sent_again_directly() -> None:
    assert RecipientState.UNKNOWN not in RECIPIENT_FROM[RecipientState.SENDING]
