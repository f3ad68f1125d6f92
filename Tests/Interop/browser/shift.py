"""What every script does that goes through the console in Debian's Chromium: signs in, takes a picture of each page, has
axe-core look at it in light and dark, and sees whether it is wider than the screen."""
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PASSWORD = "a long enough password"


class Shift:
    def __init__(self, browser, url, folder):
        self.url, self.folder = url, folder
        self.violations, self.problems, self.sideways = [], [], []
        self.context = browser.new_context(viewport=PHONE, has_touch=True)
        self.page = self.context.new_page()
        self.page.on("console", lambda line: line.type == "error" and self.problems.append(line.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, path):
        self.page.goto(self.url + path)

    def look(self, name):
        """Takes pictures, has axe look at the page, and sees whether it is wider than the screen."""
        width = self.page.viewport_size["width"]
        self.page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
        self.page.screenshot(path=f"{self.folder}/{name}-{width}.png")
        self.page.screenshot(path=f"{self.folder}/{name}-{width}-whole.png", full_page=True)
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            self.sideways.append(f"{name} at {width}")
        found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        if len(found.response["passes"]) < 10:
            self.violations.append(f"{name} at {width}: axe has looked at {len(found.response['passes'])} rules only")
        for one in found.response["violations"]:
            self.violations.append(f"{name} at {width}: {one['id']}: {one['nodes'][0]['html'][:200]}")

    def enrol(self, code):
        self.page.get_by_role("link", name="enrol").click()
        self.look("enrol")
        self.page.get_by_label("Code").fill(code.lower().replace("-", " "))
        self.page.get_by_label("Your name").fill("Ada")
        self.page.get_by_label("A new password").fill(PASSWORD)
        self.page.get_by_role("button", name="Enrol").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("For you")

    @property
    def findings(self):
        return {"violations": self.violations, "problems": self.problems, "sideways": self.sideways}
