"""What the driver says about the device: clocks, power, temperature. By pynvml where it is installed, else by
nvidia-smi, else nothing. Queries: NVML API Reference; nvidia-smi --help-query-gpu."""
import csv
import subprocess

try:
    import pynvml
except ImportError:
    pynvml = None

# The names here, as nvidia-smi calls them, and the factor to SI units.
QUERIES = {
    "sm_clock_Hz": ("clocks.sm", 1e6),
    "memory_clock_Hz": ("clocks.mem", 1e6),
    "power_W": ("power.draw", 1),
    "temperature_C": ("temperature.gpu", 1),
    "driver": ("driver_version", None),
}


def by_smi(uuid):
    command = ["nvidia-smi", f"--id={uuid}", "--format=csv,noheader,nounits",
               "--query-gpu=" + ",".join(query for query, _ in QUERIES.values())]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30,
                              check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    return parse_smi(done.stdout)


def parse_smi(text):
    """What is not known, such as "[N/A]", is left out."""
    row = next(csv.reader([text.strip()], skipinitialspace=True), [])
    known = {}
    for (name, (_, factor)), cell in zip(QUERIES.items(), row):
        try:
            known[name] = cell if factor is None else float(cell) * factor
        except ValueError:
            continue
    return known


def by_nvml(uuid):
    known = {}
    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByUUID(uuid)
        driver = pynvml.nvmlSystemGetDriverVersion()
    except pynvml.NVMLError:
        return by_smi(uuid)
    known["driver"] = driver.decode() if isinstance(driver, bytes) else driver
    readings = {
        "sm_clock_Hz": lambda: pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM) * 1e6,
        "memory_clock_Hz": lambda: pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_MEM) * 1e6,
        "power_W": lambda: pynvml.nvmlDeviceGetPowerUsage(handle) / 1000,
        "temperature_C": lambda: float(pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU))}
    for name, reading in readings.items():
        try:
            known[name] = reading()
        except pynvml.NVMLError:
            continue
    return known


def read_state(uuid):
    """Of the device with this UUID ("GPU-..."): the names of QUERIES, as far as they are known."""
    return by_nvml(uuid) if pynvml else by_smi(uuid)
