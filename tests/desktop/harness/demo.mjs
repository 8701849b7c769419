/** The demo project, made from the welcome page as a new user would. Answers the path of its issue. */
export async function makeDemo(page) {
  await page.sees("Welcome to Waybill");
  await page.click({ role: "button", name: "Try the demo" });
  return await page.until(
    () => /^\/p\/[^/]+\/issues\/1$/.test(location.pathname) && location.pathname,
    "the issue of the demo project",
  );
}

/** Presses Run on the issue that the page shows, with a tool by its title. */
export async function startRun(page, tool) {
  await page.click({ role: "button", name: "Run" });
  await page.find({ role: "dialog", name: /^Run an agent on #\d+/ });
  const chosen = await page
    .find({ role: "button", name: /^Agent: / })
    .then((button) => page.evaluate((element) => element.getAttribute("aria-label"), button));
  if (!chosen.includes(tool)) {
    await page.click({ role: "button", name: /^Agent: / });
    await page.click({ role: "menuitem", name: new RegExp(tool) });
  }
  await page.click({ role: "button", name: "Start run" });
}
