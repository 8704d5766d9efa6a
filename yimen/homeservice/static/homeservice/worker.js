/* Answers for the way page when there is no network, for this day only. Everything else goes to the
   network. What it keeps is deleted when the route is done, when the sign-in has ended, and by signing
   out (Clear-Site-Data). */
const CACHE = "way-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { page, assets } = event.data || {};
  if (page) event.waitUntil(keep(page, assets || []));
});

async function keep(page, assets) {
  await fresh(page);
  const cache = await caches.open(CACHE);
  for (const asset of assets) if (!(await cache.match(asset))) await cache.add(asset).catch(() => {});
}

async function fresh(address) {
  const path = new URL(address, self.location.href).pathname;
  const answer = await fetch(path, { redirect: "manual", cache: "no-store", credentials: "same-origin" });
  const cache = await caches.open(CACHE);
  if (answer.ok && Number(answer.headers.get("X-Way-Stops"))) await cache.put(path, answer.clone());
  else if (answer.type === "opaqueredirect" || answer.status < 500) await caches.delete(CACHE);
  return answer;
}

async function page(request) {
  try {
    return await fresh(request.url);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(new URL(request.url).pathname, { ignoreVary: true });
    if (kept && Date.now() < Date.parse(kept.headers.get("X-Way-Until"))) return kept;
    await caches.delete(CACHE);
    throw error;
  }
}

async function asset(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.href.split(/[?#]/)[0] === self.registration.scope) event.respondWith(page(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(event.request));
});
