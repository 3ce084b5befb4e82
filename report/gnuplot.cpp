#include "report/gnuplot.hpp"

#include <gnuplot-iostream.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/file.hpp"
#include "report/command.hpp"

namespace tilewright {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_figure = 64u << 20;

/// gnuplot writes into a folder of its own, removed at the end: what a reader sees is written whole, by write_file.
class Workspace {
 public:
  Workspace() {
    std::string name = fs::temp_directory_path() / "tilewright-report-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make the folder " + name);
    path_ = name;
  }
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A gnuplot that ends early must not end this program with it.
class BrokenPipeIgnored {
 public:
  BrokenPipeIgnored() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~BrokenPipeIgnored() { std::signal(SIGPIPE, before_); }
  BrokenPipeIgnored(const BrokenPipeIgnored&) = delete;
  BrokenPipeIgnored& operator=(const BrokenPipeIgnored&) = delete;

 private:
  void (*before_)(int);
};

std::string svg_terminal(const Drawing& drawing) {
  return fmt::format("set terminal svg size {},{} dynamic noenhanced background 'white' font 'sans-serif,13'\n",
                     drawing.width, drawing.height);
}

std::string png_terminal(const Drawing& drawing) {
  return fmt::format(
      "set terminal pngcairo size {},{} noenhanced fontscale 2 linewidth 2 pointscale 2 font 'sans,10'\n",
      2 * drawing.width, 2 * drawing.height);
}

std::string pdf_terminal(const Drawing& drawing) {
  constexpr double pixels_per_inch = 96;
  return fmt::format("set terminal pdfcairo size {}in,{}in noenhanced font 'sans,10'\n",
                     drawing.width / pixels_per_inch, drawing.height / pixels_per_inch);
}

std::string terminal(const std::string& format, const Drawing& drawing) {
  if (format == "png") return png_terminal(drawing);
  return format == "pdf" ? pdf_terminal(drawing) : svg_terminal(drawing);
}

/// What gnuplot says of the first command that it did not understand ("line 0: ..."), or nothing. It goes on with
/// the next command then, and warnings are no reason to draw nothing.
std::string complaint(const fs::path& errors) {
  std::istringstream lines(fs::file_size(errors) > 0 ? read_file(errors) : "");
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t at = line.find("line ");
        at != std::string::npos && line.find("arning") == std::string::npos)
      return line.substr(at);
  return "";
}

/// The content of a figure that gnuplot has drawn to its end.
std::string drawn(const fs::path& file) {
  std::string content = fs::exists(file) && fs::file_size(file) > 0 ? read_file(file, largest_figure) : "";
  const bool whole = file.extension() == ".svg" ? content.find("</svg>") != std::string::npos : !content.empty();
  if (!whole) throw std::runtime_error("gnuplot did not draw " + file.filename().string());
  return content;
}

}  // namespace

bool has_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((fs::path(folder) / "gnuplot").c_str(), X_OK) == 0) return true;
  return false;
}

std::map<std::string, std::string> run_gnuplot(const std::vector<Drawing>& drawings, const Formats& formats) {
  if (drawings.empty()) return {};
  if (!has_gnuplot())
    throw MissingError("gnuplot is not on the PATH; figures need it (Debian package gnuplot-nox)");
  const Workspace workspace;
  const fs::path errors = workspace.path() / "errors";
  std::vector<std::string> files;
  {
    const BrokenPipeIgnored ignored;
    Gnuplot gnuplot("gnuplot 2>" + shell_quoted(errors) + " || true");
    for (const Drawing& drawing : drawings)
      for (const std::string& format : formats) {
        files.push_back(drawing.name + "." + format);
        gnuplot << terminal(format, drawing) << "set output " << quoted(workspace.path() / files.back()) << "\n"
                << drawing.script << "unset output\n";
      }
  }
  if (const std::string words = complaint(errors); !words.empty()) throw std::runtime_error("gnuplot: " + words);
  std::map<std::string, std::string> result;
  for (const std::string& file : files) result.emplace(file, drawn(workspace.path() / file));
  return result;
}

}  // namespace tilewright
