#include "tests/database/postgres_server.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "services/base/check.h"

namespace hotline {
namespace {

constexpr auto kStartPatience = std::chrono::seconds(60);

/// Debian keeps the programs of each version in a folder of their own.
std::string Program(const std::string& name) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const auto program = version.path() / "bin" / name;
    if (std::filesystem::exists(program)) found.push_back(program);
  }
  HOTLINE_CHECK(!found.empty(), "postgresql is installed");
  return *std::max_element(found.begin(), found.end());
}

pid_t Spawn(std::vector<std::string> args, const std::string& log) {
  if (geteuid() == 0) {
    // Not runuser: that one stays in between as a parent, and kill -9 would hit it alone.
    const std::vector<std::string> as_postgres = {"setpriv",     "--reuid",  "postgres",
                                                  "--regid",     "postgres", "--clear-groups",
                                                  "--pdeathsig", "INT",      "--"};
    args.insert(args.begin(), as_postgres.begin(), as_postgres.end());
  }
  std::vector<char*> argv;
  for (auto& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (const int out : {1, 2}) {
    posix_spawn_file_actions_addopen(&files, out, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  }
  // A group of its own, so that kill -9 gets the children too.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> environment = {const_cast<char*>("LC_ALL=C.UTF-8"),
                                    const_cast<char*>("PATH=/usr/bin:/bin"), nullptr};
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  HOTLINE_CHECK(error == 0, "PostgreSQL can be started");
  return pid;
}

}  // namespace

PostgresServer::PostgresServer() {
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    HOTLINE_CHECK(user != nullptr, "the user postgres is there");
    HOTLINE_CHECK(chown(dir_.path().c_str(), user->pw_uid, user->pw_gid) == 0, "root may chown");
  }
  const pid_t init = Spawn({Program("initdb"), "-D", dir_.File("data"), "-U", "postgres", "-A",
                            "trust", "-E", "UTF8", "--no-sync", "--no-instructions"},
                           dir_.File("initdb.log"));
  int status = 0;
  waitpid(init, &status, 0);
  HOTLINE_CHECK(status == 0, "initdb makes a cluster");
  Start();
}

PostgresServer::~PostgresServer() {
  Kill();
}

std::string PostgresServer::Url(const std::string& database) const {
  return "postgresql:///" + database + "?host=" + dir_.path() + "&user=postgres";
}

void PostgresServer::Start() {
  const auto start = [&] {
    pid_ = Spawn({Program("postgres"), "-D", dir_.File("data"), "-k", dir_.path(), "-c",
                  "listen_addresses=", "-c", "shared_buffers=16MB"},
                 dir_.File("log"));
  };
  start();
  // It writes to its log when it is ready.
  const bool answers = dir_.Await(kStartPatience, [&] {
    try {
      const soci::session probe(soci::postgresql, Url("postgres"));
      return true;
    } catch (const soci::soci_error&) {
      // After a kill -9 the first attempt may find the dead server's children still there.
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) start();
      return false;
    }
  });
  if (!answers) ADD_FAILURE() << "PostgreSQL does not answer: " << ReadFile(dir_.File("log"));
}

void PostgresServer::Kill() {
  if (pid_ == 0) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string PostgresServer::NewDatabase() {
  const std::string name = "t" + std::to_string(++databases_);
  soci::session admin(soci::postgresql, Url("postgres"));
  admin << "create database " + name;
  return Url(name);
}

PostgresServer& SharedPostgres() {
  static PostgresServer server;
  return server;
}

}  // namespace hotline
