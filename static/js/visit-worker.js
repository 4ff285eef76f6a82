// Keeps one page for days without a network: the empty visit sheet, with the files it is drawn with. No other page is
// kept, and no page of a company or of a person.
"use strict";

const KEPT = "trefle-visit-sheet-1";
const SHEET = "/prospection/visites/nouvelle";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keep = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  // A page reached by a redirection is the door, not the sheet.
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(address, answer);
};

self.addEventListener("message", (event) => {
  event.waitUntil(Promise.all(event.data.map((address) => keep(address).catch(() => {}))));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isSheet = request.mode === "navigate" && url.pathname === SHEET;
  if (!isSheet && !url.pathname.startsWith("/static/")) return;
  event.respondWith(fetch(request).catch(async () => {
    const cache = await caches.open(KEPT);
    return (await cache.match(isSheet ? SHEET : request, { ignoreVary: true })) || Response.error();
  }));
});
