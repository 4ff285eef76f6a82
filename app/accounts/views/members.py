"""Members: invited, given roles, leaving."""

from __future__ import annotations

from flask import Response, url_for

from app.accounts.forms import InvitationForm, RolesForm
from app.accounts.labels import ROLES
from app.accounts.models import Organisation, User
from app.accounts.queries import (
    members_of,
    organisation_facts,
    organisation_page,
    review_rows,
    territory_of,
)
from app.accounts.services import (
    change_roles,
    end_member_sessions,
    end_membership,
    invite,
    reset_lost_second_factor,
    revoke_invitation,
    what_is_held,
)
from app.accounts.services.members import write_to_member_again
from app.accounts.services.upkeep import confirm_members, reopen_account
from app.accounts.views.blueprint import blueprint
from app.accounts.views.organisations import organisation_answer
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.logs import security_event
from app.core.outbox import stopped_among
from app.core.permissions import current_actor, ensure, requires
from app.policy.actor import OrganisationKind, Role
from app.policy.permissions import Permission


@blueprint.get("/organisations/<int:organisation_id>/invitations/nouvelle")
@requires(Permission.MEMBER_MANAGE)
def new_invitation(organisation_id: int) -> Response:
    """The form of an invitation."""
    return _invitation_page(InvitationForm(formdata=None), _to_manage(organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/invitations/nouvelle")
@requires(Permission.MEMBER_MANAGE)
def send_invitation(organisation_id: int) -> Response:
    """Send an invitation by mail."""
    one = _to_manage(organisation_id)
    form = InvitationForm()
    form.offer(one.kind)
    if not form.validate_on_submit():
        return _invitation_page(form, one, status=422)
    try:
        with transaction() as session:
            sent = invite(
                session,
                current_actor(),
                organisation_id=organisation_id,
                email=str(form.email.data),
                given_name=str(form.given_name.data),
                family_name=str(form.family_name.data),
                roles=form.chosen(),
                request_key=form.request_key.data,
            )
            address = sent.email
    except Invalid as error:
        form.refuse(error)
        return _invitation_page(form, _to_manage(organisation_id), status=422)
    toast(f"L’invitation part à {address}. Elle est valable sept jours.")
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/invitations/<int:invitation_id>/retirer")
@requires(Permission.MEMBER_MANAGE)
def withdraw_invitation(organisation_id: int, invitation_id: int) -> Response:
    """Withdraw an invitation."""
    with transaction() as session:
        revoke_invitation(
            session,
            current_actor(),
            organisation_id=organisation_id,
            invitation_id=invitation_id,
        )
    toast("L’invitation est retirée : son lien n’ouvre plus rien.", "info")
    return _back(organisation_id)


@blueprint.get("/organisations/<int:organisation_id>/membres/<int:user_id>")
@requires(Permission.MEMBER_MANAGE)
def edit_member(organisation_id: int, user_id: int) -> Response:
    """The roles of a member, and their departure."""
    one, user, held = _member(organisation_id, user_id)
    places = territory_of(db.session(), user_id, organisation_id)
    form = RolesForm(
        formdata=None, roles=[role.value for role in held], departements=", ".join(sorted(places))
    )
    return _member_page(form, one, user)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>")
@requires(Permission.MEMBER_MANAGE)
def change_member(organisation_id: int, user_id: int) -> Response:
    """Change the roles of a member."""
    one, user, _held = _member(organisation_id, user_id)
    form = RolesForm()
    form.offer(one.kind)
    if not form.validate_on_submit():
        return _member_page(form, one, user, status=422)
    try:
        with transaction() as session:
            change_roles(
                session,
                current_actor(),
                organisation_id=organisation_id,
                user_id=user_id,
                roles=form.chosen(),
                departements=form.departement_codes(),
            )
    except Invalid as error:
        form.refuse(error)
        return _member_page(form, *_member(organisation_id, user_id)[:2], status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _member_page(form, *_member(organisation_id, user_id)[:2], status=409)
    toast("Les rôles sont enregistrés.")
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>/depart")
@requires(Permission.MEMBER_MANAGE)
def dismiss_member(organisation_id: int, user_id: int) -> Response:
    """A member leaves the organisation."""
    try:
        with transaction() as session:
            end_membership(
                session, current_actor(), organisation_id=organisation_id, user_id=user_id
            )
    except Conflict as error:
        toast(error.message, "error")
        return organisation_answer(organisation_id, status=409)
    toast("Le départ est noté : cette personne n’agit plus pour l’organisation.", "info")
    if user_id == current_actor().user_id:
        return redirect(url_for("dashboard.home"))
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>/double-verification")
@requires(Permission.MEMBER_MANAGE)
def reset_second_factor(organisation_id: int, user_id: int) -> Response:
    """A member has lost telephone and recovery codes."""
    try:
        with transaction() as session:
            reset_lost_second_factor(
                session, current_actor(), organisation_id=organisation_id, user_id=user_id
            )
    except Conflict as error:
        toast(error.message, "error")
        return organisation_answer(organisation_id, status=409)
    security_event("second_factor_reset", is_warning=True, about=user_id)
    toast("La double vérification est remise à zéro. La personne en est prévenue par courriel.")
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>/deconnecter")
@requires(Permission.MEMBER_MANAGE)
def end_sessions_of_member(organisation_id: int, user_id: int) -> Response:
    """Close every session of a member: a lost machine, a doubt."""
    with transaction() as session:
        end_member_sessions(
            session, current_actor(), organisation_id=organisation_id, user_id=user_id
        )
    security_event("sessions_ended_by_admin", is_warning=True, about=user_id)
    toast("Ses sessions sont fermées partout. La personne se reconnecte avec ses deux preuves.")
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>/rouvrir")
@requires(Permission.MEMBER_MANAGE)
def reopen_member(organisation_id: int, user_id: int) -> Response:
    """Open the account of a member again that was closed because nobody used it."""
    _member(organisation_id, user_id)
    with transaction() as session:
        user = session.get_one(User, user_id)
        reopen_account(session, current_actor(), organisation_id=organisation_id, user=user)
    toast("Le compte est rouvert : la personne peut se connecter.")
    return _back(organisation_id)


@blueprint.post("/organisations/<int:organisation_id>/membres/<int:user_id>/courriels")
@requires(Permission.MEMBER_MANAGE)
def reopen_address(organisation_id: int, user_id: int) -> Response:
    """Write again to a member's address that a report had stopped."""
    _member(organisation_id, user_id)
    try:
        with transaction() as session:
            write_to_member_again(
                session, current_actor(), organisation_id=organisation_id, user_id=user_id
            )
    except Conflict as error:
        toast(error.message, "error")
        return organisation_answer(organisation_id, status=409)
    toast("Les prochains courriels partiront de nouveau à cette adresse.")
    return _back(organisation_id)


@blueprint.get("/organisations/<int:organisation_id>/membres/revue")
@requires(Permission.MEMBER_MANAGE)
def review_members_page(organisation_id: int) -> Response:
    """Are these still your people?"""
    one = _to_manage(organisation_id)
    return page(
        "accounts/review.html",
        organisation=one,
        people=review_rows(db.session(), organisation_id),
        role_words=ROLES,
        form=ButtonForm(formdata=None),
    )


@blueprint.post("/organisations/<int:organisation_id>/membres/revue")
@requires(Permission.MEMBER_MANAGE)
def confirm_members_page(organisation_id: int) -> Response:
    """They are."""
    with transaction() as session:
        confirm_members(session, current_actor(), organisation_id=organisation_id)
    toast("Merci : la liste de vos membres est confirmée pour ce trimestre.")
    return _back(organisation_id)


def _to_manage(organisation_id: int) -> Organisation:
    """Answer 404 or 403 before a form is read; the service judges again what it changes."""
    one = organisation_page(db.session(), organisation_id).organisation
    ensure(
        current_actor(),
        Permission.MEMBER_MANAGE,
        organisation_facts(one),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    return one


def _member(organisation_id: int, user_id: int) -> tuple[Organisation, User, list[Role]]:
    one = _to_manage(organisation_id)
    held = [row.role for row in members_of(db.session(), organisation_id) if row.id == user_id]
    if not held:
        raise NotFound
    return one, db.session().get_one(User, user_id), held


def _invitation_page(form: InvitationForm, one: Organisation, *, status: int = 200) -> Response:
    form.offer(one.kind)
    return page("accounts/invite.html", form=form, organisation=one, status=status)


def _member_page(form: RolesForm, one: Organisation, user: User, *, status: int = 200) -> Response:
    form.offer(one.kind)
    return page(
        "accounts/member.html",
        form=form,
        organisation=one,
        user=user,
        facts=organisation_facts(one),
        held=what_is_held(db.session(), organisation_id=one.id, user_id=user.id),
        has_territory=one.kind is OrganisationKind.FIELD_NETWORK,
        is_stopped=bool(stopped_among(db.session(), [user.email])),
        status=status,
    )


def _back(organisation_id: int) -> Response:
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))
