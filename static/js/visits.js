// The visit sheet without a network: kept on this phone under the key the page was made with, sent when the network is
// back. The server writes a key once, so sending twice is harmless. Nothing about a youth is ever on the sheet.
"use strict";

(() => {
  const form = document.getElementById("visit-form");
  const status = document.getElementById("visit-queue");
  if (!form || !status) return;
  const STORE = "trefle.visits";
  const SHEET = form.getAttribute("action");
  const user = form.dataset.user;

  const read = () => { try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; } };
  const write = (all) => localStorage.setItem(STORE, JSON.stringify(all));
  const mine = () => read().filter((one) => one.user === user);
  const keep = (fields) => {
    const key = new Map(fields).get("request_key");
    write([...read().filter((one) => one.key !== key), { user, key, fields, at: Date.now() }]);
    return key;
  };
  const drop = (key) => write(read().filter((one) => one.key !== key));
  const say = (words) => { status.textContent = words; status.hidden = !words; };

  const tell = () => {
    const waiting = mine();
    const stuck = waiting.filter((one) => one.refused).length;
    if (!waiting.length) return say("");
    const kept = waiting.length === 1 ? "Une visite est gardée sur ce téléphone" : `${waiting.length} visites sont gardées sur ce téléphone`;
    say(stuck ? `${kept}, dont ${stuck} à compléter : la fiche ci-dessous reprend ce que vous aviez écrit.` : `${kept}. L’envoi se fera dès que le réseau revient.`);
  };

  const post = (fields) => fetch(SHEET, { method: "POST", body: new URLSearchParams(fields), credentials: "same-origin" });

  // A refused sheet: its own page, with the explanation, takes the place of this one.
  const show = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("content");
    if (!fresh) return location.reload();
    document.getElementById("content").replaceWith(document.adoptNode(fresh));
    const alert = document.querySelector("[role=alert][tabindex]");
    if (alert) alert.focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const key = keep(fields);
    try {
      const answer = await post(fields);
      if (answer.status >= 500) throw new Error("away");
      drop(key);
      if (answer.redirected) location.assign(answer.url);
      else await show(answer);
    } catch {
      tell();
      status.scrollIntoView();
      form.querySelector("button[type=submit]").disabled = true;
    }
  });

  let sending = false;
  const sendKept = async () => {
    if (sending || !mine().length) return;
    sending = true;
    try {
      // A fresh page carries a fresh token; without a session the sheets wait for the next sign-in.
      const page = await fetch(SHEET, { credentials: "same-origin", cache: "no-store" });
      if (!page.ok || page.redirected) return say("Reconnectez-vous : vos visites gardées partiront ensuite.");
      const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("input[name=csrf_token]");
      let sent = 0;
      for (const one of mine()) {
        const fields = one.fields.map(([name, value]) => [name, name === "csrf_token" && token ? token.value : value]);
        const answer = await post(fields);
        if (answer.ok) { drop(one.key); sent += 1; continue; }
        if (answer.status >= 500) break;
        write(read().map((other) => (other.key === one.key ? { ...other, refused: true } : other)));
      }
      tell();
      fillRefused();
      if (sent && !mine().length) say(sent === 1 ? "La visite gardée est arrivée." : `Les ${sent} visites gardées sont arrivées.`);
    } catch {
      tell();
    } finally {
      sending = false;
    }
  };

  // What the server refused comes back into an untouched sheet, to be completed and sent again.
  const fillRefused = () => {
    const one = mine().find((kept) => kept.refused);
    if (!one || form.dataset.touched) return;
    for (const [name, value] of one.fields) {
      if (name === "csrf_token") continue;
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.checked || field.value === value;
        else field.value = value;
      }
    }
  };

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/prospection/hors-ligne.js", { scope: "/prospection/" }).then(async () => {
      const ready = await navigator.serviceWorker.ready;
      const files = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
      ready.active.postMessage([SHEET, ...files.map((one) => one.src || one.href)]);
    }).catch(() => {});
  }
  form.addEventListener("input", () => { form.dataset.touched = "yes"; });
  addEventListener("online", sendKept);
  tell();
  fillRefused();
  sendKept();
})();
