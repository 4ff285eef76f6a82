"""Switch the second factor on and off; recovery codes."""

from __future__ import annotations

import segno
from flask import Response, g, url_for
from markupsafe import Markup

from app.accounts.forms import CodeForm, PasswordAgainForm, RemoveFactorForm
from app.accounts.models import User
from app.accounts.services import (
    ATTEMPTS_PER_ACCOUNT,
    confirm_second_factor,
    enrolment_address,
    prepare_second_factor,
    recovery_codes_left,
    remove_second_factor,
    renew_recovery_codes,
    shared_secret,
)
from app.accounts.views.blueprint import blueprint, limit, passwords, unkept
from app.accounts.views.sessions import asked_again, is_fresh, keep_session
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.logs import security_event
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission


@blueprint.get("/compte/double-verification")
@requires(Permission.ACCOUNT_MANAGE)
def second_factor() -> Response:
    """What it is, the square to scan while it is being switched on, the codes left once it is."""
    return _page(CodeForm())


@blueprint.post("/compte/double-verification/preparer")
@requires(Permission.ACCOUNT_MANAGE)
def start_second_factor() -> Response:
    """Draw a secret and show it; the password is asked again when the sign-in is not of a few minutes ago."""
    again = PasswordAgainForm(prefix="again")
    fresh = is_fresh()
    if not fresh and not again.validate_on_submit():
        return _page(CodeForm(formdata=None), again=again, status=422)
    limit("password", str(_user_id()), ATTEMPTS_PER_ACCOUNT)
    try:
        with transaction() as writing:
            prepare_second_factor(
                writing,
                passwords(),
                user_id=_user_id(),
                is_fresh=fresh,
                password=str(again.password.data or ""),
            )
    except Invalid as error:
        again.refuse(error)
        return _page(CodeForm(formdata=None), again=again, status=422)
    return redirect(url_for("accounts.second_factor"))


@blueprint.post("/compte/double-verification/activer")
@requires(Permission.ACCOUNT_MANAGE)
def confirm_second_factor_page() -> Response:
    """Switch it on with a first code, and show the recovery codes this once."""
    form = CodeForm()
    if form.validate_on_submit():
        limit("code", str(_user_id()), ATTEMPTS_PER_ACCOUNT)
        try:
            with transaction() as writing:
                codes = confirm_second_factor(writing, user_id=_user_id(), code=str(form.code.data))
                user = writing.get_one(User, _user_id())
                keep_session(writing, user, with_second_factor=True)
            security_event("second_factor_on")
            return _codes_page(codes)
        except Invalid as error:
            form.refuse(error)
    return _page(form, status=422)


@blueprint.post("/compte/double-verification/codes")
@requires(Permission.ACCOUNT_MANAGE)
def new_recovery_codes() -> Response:
    """Draw new recovery codes; the old ones stop working."""
    form = CodeForm()
    if form.validate_on_submit():
        limit("code", str(_user_id()), ATTEMPTS_PER_ACCOUNT)
        try:
            with transaction() as writing:
                codes = renew_recovery_codes(writing, user_id=_user_id(), code=str(form.code.data))
            security_event("recovery_codes_renewed")
            return _codes_page(codes)
        except Invalid as error:
            form.refuse(error)
    return _page(form, status=422)


@blueprint.post("/compte/double-verification/arreter")
@requires(Permission.ACCOUNT_MANAGE)
def stop_second_factor() -> Response:
    """Switch it off, with password and code."""
    removal = RemoveFactorForm(prefix="stop")
    if removal.validate_on_submit():
        limit("code", str(_user_id()), ATTEMPTS_PER_ACCOUNT)
        try:
            with transaction() as writing:
                user = remove_second_factor(
                    writing,
                    passwords(),
                    user_id=_user_id(),
                    password=str(removal.password.data),
                    code=str(removal.code.data),
                )
                keep_session(writing, user, with_second_factor=False)
            security_event("second_factor_off", is_warning=True)
            toast("La double vérification est arrêtée.", "info")
            return redirect(url_for("accounts.second_factor"))
        except Invalid as error:
            removal.refuse(error)
    return _page(CodeForm(formdata=None), removal, status=422)


def _user_id() -> int:
    return int(current_actor().user_id or 0)


def _page(
    form: CodeForm,
    removal: RemoveFactorForm | None = None,
    *,
    again: PasswordAgainForm | None = None,
    status: int = 200,
) -> Response:
    session = db.session()
    user = session.get_one(User, _user_id())
    address = enrolment_address(user)
    return unkept(
        page(
            "accounts/second_factor.html",
            status=status,
            email=user.email,
            is_on=user.has_second_factor,
            is_needed=g.lacks_second_factor,
            secret=_in_groups(shared_secret(user)) if address else None,
            square=_square(address) if address else None,
            codes_left=recovery_codes_left(session, user.id),
            form=form,
            again=asked_again(again),
            removal=removal or RemoveFactorForm(formdata=None, prefix="stop"),
            empty=ButtonForm(formdata=None),
        )
    )


def _in_groups(secret: str | None) -> str:
    """Groups of four letters, easy to copy by eye and to break on a telephone; applications ignore the spaces."""
    text = secret or ""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _square(address: str) -> Markup:
    """The QR code as SVG inside the page: the content security policy refuses `data:` images."""
    drawing = segno.make(address, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawing)  # drawn by segno from our own address: paths only


def _codes_page(codes: list[str]) -> Response:
    return unkept(page("accounts/recovery_codes.html", codes=codes))
