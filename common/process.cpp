#include "common/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright {
namespace {

/// stdin from nowhere, stdout to where stderr goes.
class Redirections {
 public:
  Redirections() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
  }
  ~Redirections() { posix_spawn_file_actions_destroy(&actions_); }
  Redirections(const Redirections&) = delete;
  Redirections& operator=(const Redirections&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

int wait_for(pid_t child) {
  bool told = false;
  for (int status = 0;;) {
    if (waitpid(child, &status, 0) == child)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
    if (interrupted() && !told) kill(child, SIGINT);
    told = interrupted();
  }
}

}  // namespace

std::filesystem::path program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

int run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const Redirections redirections;
  pid_t child = 0;
  const int problem = posix_spawn(&child, program.c_str(), redirections.get(), nullptr, pointers.data(), environ);
  if (problem != 0)
    throw MissingError(fmt::format("{}: cannot be run: {}", program.string(), std::strerror(problem)));
  return wait_for(child);
}

}  // namespace tilewright
