"""Opens pages of reports in a headless browser, wide and narrow: run.py PROGRAM

Of each page: the console says nothing, nothing makes it scroll sideways, no text is below 9 pixels, texts of figures do
not touch each other, a header sorts its column, and pointing at a point shows it, by mouse and by keyboard.
Without chromium and selenium there is nothing to open them with: that is said, and the test is skipped (status 77).
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

STUDIES = ["fusemax", "neighborhood", "decode"]
WIDTHS = [1280, 390]
SKIPPED = 77

# Sizes of letters as they are on the screen, and boxes of the texts of each figure.
SMALLEST_TEXT = """
let smallest = [1e9, ''];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (!node.data.trim() || parent.closest('script, style, [hidden]')) continue;
  let size = parseFloat(getComputedStyle(parent).fontSize);
  const svg = parent.closest('svg');
  if (svg) {
    const letters = parent.closest('[font-size]');
    if (letters) size = parseFloat(letters.getAttribute('font-size'));
    size *= svg.getScreenCTM().a;
  }
  if (size < smallest[0]) smallest = [size, node.data.trim()];
}
return smallest;
"""
TOUCHING = """
const found = [];
document.querySelectorAll('svg.panel, svg.drawing, svg.picture, :root').forEach(svg => {
  if (svg.localName !== 'svg') return;
  const texts = Array.from(svg.querySelectorAll('text')).filter(t => t.textContent.trim());
  const boxes = texts.map(t => t.getBoundingClientRect());
  const whole = svg.getBoundingClientRect();
  boxes.forEach((a, i) => {
    if (a.left < whole.left - 1 || a.right > whole.right + 1 || a.top < whole.top - 1 || a.bottom > whole.bottom + 1)
      found.push('leaves its figure: ' + texts[i].textContent);
    for (let j = 0; j < i; ++j) {
      const b = boxes[j];
      // A line's box is higher than its letters.
      const slack = 0.2 * Math.min(a.height, b.height, a.width, b.width);
      if (a.left + slack < b.right && b.left + slack < a.right && a.top + slack < b.bottom && b.top + slack < a.bottom)
        found.push(texts[i].textContent + ' | ' + texts[j].textContent);
    }
  });
});
return found;
"""


def browser():
    """A headless browser, or nothing."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        return None
    driver = shutil.which("chromedriver")
    if driver is None or shutil.which("chromium") is None:
        return None
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]:
        options.add_argument(argument)
    return webdriver.Chrome(service=Service(driver), options=options)


def faults_of_layout(driver, width):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    faults = []
    wide = driver.execute_script("return document.documentElement.scrollWidth")
    if wide > width:
        faults.append(f"scrolls sideways: {wide} pixels")
    size, text = driver.execute_script(SMALLEST_TEXT)
    if size < 9:
        faults.append(f"text of {size:.2f} pixels: {text}")
    return faults + ["texts touch: " + pair for pair in driver.execute_script(TOUCHING)]


def column(table, index):
    from selenium.webdriver.common.by import By
    cells = []
    for row in table.find_elements(By.CSS_SELECTOR, "tbody tr"):
        cell = row.find_elements(By.CSS_SELECTOR, "th, td")[index]
        value = cell.get_attribute("data-v")
        if value is not None:
            cells.append(float(value))
    return cells


def faults_of_sorting(driver):
    from selenium.webdriver.common.by import By
    for table in driver.find_elements(By.CSS_SELECTOR, "table.sortable"):
        headers = table.find_elements(By.CSS_SELECTOR, "thead tr:last-child th")
        for index in range(1, len(headers)):
            before = column(table, index)
            if len(set(before)) < 2:
                continue
            button = headers[index].find_element(By.TAG_NAME, "button")
            button.click()
            up = column(table, index)
            button.send_keys("\n")
            down = column(table, index)
            if up != sorted(before) or down != sorted(before, reverse=True):
                return [f"column {headers[index].text!r} is not sorted: {up}, {down}"]
            return []
    return ["there is no column to sort"]


def faults_of_points(driver):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.action_builder import ActionBuilder
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    panels = driver.find_elements(By.CSS_SELECTOR, "svg.panel")
    if not panels:
        return []
    panel = panels[0]
    points = panel.find_elements(By.CSS_SELECTOR, "[data-t]")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", panel)
    ActionChains(driver).move_to_element(points[-1]).perform()
    tip = driver.find_element(By.CSS_SELECTOR, ".tip")
    faults = []
    # Of points at one place the uppermost is shown.
    texts = {point.get_attribute("data-t").strip() for point in points}
    if not tip.is_displayed() or not any(tip.text.startswith(text) for text in texts):
        faults.append(f"the mouse shows {tip.text!r}, not {points[-1].get_attribute('data-t')!r}")
    away = ActionBuilder(driver)
    away.pointer_action.move_to_location(1, 1)
    away.perform()
    if tip.is_displayed():
        faults.append("the point stays when the mouse is gone")
    driver.execute_script("arguments[0].focus({preventScroll: true})", panel)
    panel.send_keys(Keys.ARROW_RIGHT)
    if not tip.text.startswith(points[1].get_attribute("data-t").strip()):
        faults.append(f"the keyboard shows {tip.text!r}, not {points[1].get_attribute('data-t')!r}")
    panel.send_keys(Keys.ESCAPE)
    if tip.is_displayed():
        faults.append("Escape does not hide the point")
    return faults


def faults_of(driver, page):
    driver.get(page.as_uri())
    faults = []
    for width in WIDTHS:
        faults += [f"{width}: {fault}" for fault in faults_of_layout(driver, width)]
    faults += faults_of_points(driver) + faults_of_sorting(driver)
    faults += [f"console: {line['message']}" for line in driver.get_log("browser")]
    for figure in sorted((page.parent / "figures").glob("*.svg")):  # all panels and the legend on one canvas
        driver.get(figure.as_uri())
        faults += [f"{figure.name}: texts touch: {pair}" for pair in driver.execute_script(TOUCHING)]
    return faults


def pages(program, folder):
    for study in STUDIES:
        store = folder / study
        for command in [["sweep", study, "-o", store, "-q"], ["report", store, "-q"]]:
            subprocess.run([program, *command], check=True, stdout=subprocess.DEVNULL)
        yield study, store / "report" / "index.html"


def main():
    driver = browser()
    if driver is None:
        print("skipped: needs chromium, chromium-driver and python3-selenium (packages.txt, [browser])")
        return SKIPPED
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        given = [(name, pathlib.Path(name).resolve()) for name in sys.argv[2:]]
        for name, page in given or pages(os.path.abspath(sys.argv[1]), pathlib.Path(folder)):
            faults = faults_of(driver, page)
            failed = failed or bool(faults)
            print(f"{'FAILED' if faults else 'ok'}  {name}")
            for fault in faults[:20]:
                print("  " + fault)
    driver.quit()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
