"""Verbs on accounts, one file a family."""

from app.accounts.services.attempts import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    count_attempt,
    forget_attempts,
)
from app.accounts.services.departures import still_held, what_is_held
from app.accounts.services.devices import device_of
from app.accounts.services.epochs import end_all_sessions, sign_out_everywhere
from app.accounts.services.invitations import (
    accept_invitation,
    invite,
    open_invitation,
    revoke_invitation,
)
from app.accounts.services.members import change_roles, end_membership, grant_roles, leave
from app.accounts.services.organisations import (
    CREATED_HERE,
    LooksAlike,
    OrganisationDetails,
    approve_organisation,
    close_organisation,
    create_organisation,
    edit_organisation,
    found_organisation,
)
from app.accounts.services.passwords import (
    PASSWORD_MIN_LENGTH,
    Passwords,
    authenticate,
    change_password,
    check_password_rule,
)
from app.accounts.services.people import add_membership, create_user
from app.accounts.services.resets import answer_reset, ask_reset, reset_password, user_of_reset
from app.accounts.services.second_factor import (
    ROLES_THAT_NEED_IT,
    check_second_factor,
    confirm_second_factor,
    enrolment_address,
    prepare_second_factor,
    recovery_codes_left,
    remove_second_factor,
    renew_locks,
    renew_recovery_codes,
    reset_lost_second_factor,
    shared_secret,
)
from app.accounts.services.sites import (
    SiteDetails,
    add_alias,
    add_site,
    remove_alias,
    write_site,
)
from app.accounts.services.support import begin_looking, end_looking
from app.accounts.services.web_sessions import (
    TOUCH_EVERY,
    begin_session,
    digest_of,
    end_own_session,
    end_session,
    forget_old_sessions,
    touch_session,
)

__all__ = [
    "ATTEMPTS_PER_ACCOUNT",
    "ATTEMPTS_PER_ADDRESS",
    "ATTEMPT_WINDOW",
    "CREATED_HERE",
    "PASSWORD_MIN_LENGTH",
    "ROLES_THAT_NEED_IT",
    "TOUCH_EVERY",
    "LooksAlike",
    "OrganisationDetails",
    "Passwords",
    "SiteDetails",
    "accept_invitation",
    "add_alias",
    "add_membership",
    "add_site",
    "answer_reset",
    "approve_organisation",
    "ask_reset",
    "authenticate",
    "begin_looking",
    "begin_session",
    "change_password",
    "change_roles",
    "check_password_rule",
    "check_second_factor",
    "close_organisation",
    "confirm_second_factor",
    "count_attempt",
    "create_organisation",
    "create_user",
    "device_of",
    "digest_of",
    "edit_organisation",
    "end_all_sessions",
    "end_looking",
    "end_membership",
    "end_own_session",
    "end_session",
    "enrolment_address",
    "forget_attempts",
    "forget_old_sessions",
    "found_organisation",
    "grant_roles",
    "invite",
    "leave",
    "open_invitation",
    "prepare_second_factor",
    "recovery_codes_left",
    "remove_alias",
    "remove_second_factor",
    "renew_locks",
    "renew_recovery_codes",
    "reset_lost_second_factor",
    "reset_password",
    "revoke_invitation",
    "shared_secret",
    "sign_out_everywhere",
    "still_held",
    "touch_session",
    "user_of_reset",
    "what_is_held",
    "write_site",
]
