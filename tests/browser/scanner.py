"""A barcode scanner for the browser tests.

Key by key from outside, a busy machine is slower than any clerk; so the keys are pressed inside the
page, as fast as the real thing, and what Enter does by itself in a box or on a link is done too.
"""

from __future__ import annotations

from playwright.sync_api import Page

KEYS = """code => {
  const at = document.activeElement;
  const press = (key) => at.dispatchEvent(
    new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
  for (const key of code) { if (press(key) && "value" in at) at.value += key; }
  if (!press("Enter")) return;
  if (at.form) at.form.requestSubmit(); else if (at.matches("a, button")) at.click();
}"""


def scan(page: Page, code: str) -> None:
    """Scan `code` wherever the cursor stands."""
    page.evaluate(KEYS, code)
