// What HTML alone cannot do, and no page needs: every action works without this file.
"use strict";

(() => {
  // The CSRF token of the page travels with every htmx request.
  document.addEventListener("htmx:configRequest", (event) => {
    const field = document.querySelector("input[name=csrf_token]");
    if (field) event.detail.headers["X-CSRFToken"] = field.value;
  });

  // A refused form: put the reader where the explanation is.
  document.addEventListener("htmx:afterSwap", (event) => {
    const status = event.detail.xhr ? event.detail.xhr.status : 200;
    if (status !== 422) return;
    const alert = event.detail.target.ownerDocument.querySelector("[role=alert][tabindex]");
    if (alert) alert.focus();
  });

  // No answer at all: say so instead of nothing.
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      const toasts = document.getElementById("toasts");
      if (!toasts) return;
      const line = document.createElement("p");
      line.className = "toast-line toast-error";
      line.textContent = "Le réseau ne répond pas. Rien n’a été envoyé ; réessayez quand la connexion revient.";
      toasts.replaceChildren(line);
    });
  }

  // A page that is only a step on the way sends its own form; without this file its button does.
  document.addEventListener("DOMContentLoaded", () => {
    const step = document.querySelector("form[data-goes-on]");
    if (step) step.requestSubmit();
  });

  // A form is sent once: the second click of a double click finds the button busy.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method.toLowerCase() === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
      setTimeout(() => { delete form.dataset.sent; }, 4000);
    }
  });
})();
