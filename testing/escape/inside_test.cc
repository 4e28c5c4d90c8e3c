// SPDX-License-Identifier: Apache-2.0
//
// Attacks from inside.  Each is stopped by what a sandbox promises, and
// succeeds where just that is switched off: so we know that it can.

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/command.h"
#include "testing/escape/rows.h"

namespace sbx::test {
namespace {

using ::testing::HasSubstr;

// Listens outside, at an address of its own, while it exists.
class Listener {
 public:
  explicit Listener(int family) : fd_(socket(family, SOCK_STREAM, 0)) {}

  void Bind(const sockaddr* address, size_t size) {
    EXPECT_EQ(bind(fd_.get(), address, static_cast<socklen_t>(size)), 0);
    EXPECT_EQ(listen(fd_.get(), 64), 0);
  }
  int number() const { return fd_.get(); }

 private:
  sys::Fd fd_;
};

// What the attacks aim at: the words in capitals of their scripts.
class Targets {
 public:
  Targets() : abstract_(AF_UNIX), tcp_(AF_INET) {
    sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = {}};
    const std::string words = absl::StrCat("sbx-escape-", getpid());
    words.copy(name.sun_path + 1, sizeof(name.sun_path) - 1);
    abstract_.Bind(reinterpret_cast<sockaddr*>(&name),
                   offsetof(sockaddr_un, sun_path) + 1 + words.size());
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tcp_.Bind(reinterpret_cast<sockaddr*>(&address), sizeof(address));
    socklen_t size = sizeof(address);
    EXPECT_EQ(getsockname(tcp_.number(), reinterpret_cast<sockaddr*>(&address),
                          &size),
              0);
    words_ = {{"SOCKET", words},
              {"PORT", absl::StrCat(ntohs(address.sin_port))},
              {"OUTSIDER", absl::StrCat(getpid())},
              {"STORE", absl::StrCat(getpwuid(getuid())->pw_dir, "/.aws")}};
  }

  std::string Aim(absl::string_view script) const {
    return absl::StrReplaceAll(script, words_);
  }

 private:
  Listener abstract_;
  Listener tcp_;
  std::vector<std::pair<std::string, std::string>> words_;
};

// What the attack says, with sbx before it or without.
std::string Says(const EscapeRow& row, const std::string& start,
                 const std::string& attack) {
  CommandOptions options = {
      .argv = {"bash", "-c",
               absl::StrCat(row.setting, " ", start, " bash -c ", attack)}};
  options.env = OurEnvironment();
  (*options.env)["SECRET"] = "the-secret-of-the-caller";
  if (row.streams == Streams::kTerminal) options.streams = row.streams;
  const CommandResult result = RunCommand(options);
  EXPECT_EQ(result.exit_status, 0) << result;
  return result.out;
}

class Escape : public ::testing::TestWithParam<EscapeRow> {
 protected:
  void SetUp() override {
    // A secret to be found, and a program of ours to be overwritten.
    Outside(targets_.Aim("mkdir -p STORE && echo secret > STORE/sbx-escape"));
    Outside("cp /bin/sleep .");
  }

  void TearDown() override {
    Outside(targets_.Aim("rm STORE/sbx-escape && rmdir STORE"));
  }

  static void Outside(const std::string& script) {
    EXPECT_EQ(RunCommand({.argv = {"bash", "-c", script}}).err, "");
  }

  std::string Attack(const std::string& start, absl::string_view script) {
    return Says(GetParam(), targets_.Aim(start),
                absl::StrCat("'", targets_.Aim(script), "'"));
  }

 private:
  Targets targets_;
};

TEST_P(Escape, IsStopped) {
  const EscapeRow& row = GetParam();
  EXPECT_THAT(Attack(absl::StrCat("sbx ", row.closed, " --"), row.attack),
              HasSubstr("stopped"));
}

TEST_P(Escape, SucceedsWithoutWhatStopsIt) {
  const EscapeRow& row = GetParam();
  const std::string start =
      row.open == kOutside ? "" : absl::StrCat("sbx ", row.open, " --");
  EXPECT_THAT(Attack(start, row.control.empty() ? row.attack : row.control),
              HasSubstr("succeeded"));
}

INSTANTIATE_TEST_SUITE_P(
    Attacks, Escape, ::testing::ValuesIn(kEscapes),
    [](const ::testing::TestParamInfo<EscapeRow>& info) {
      return absl::StrReplaceAll(info.param.name, {{"-", "_"}});
    });

// The page tells of these attacks and of no others.
TEST(Page, HasARowForEachAttack) {
  std::ostringstream page;
  page << std::ifstream("docs/attacks.md").rdbuf();
  std::set<std::string> told;
  for (absl::string_view line : absl::StrSplit(page.str(), '\n')) {
    const std::vector<absl::string_view> cells = absl::StrSplit(line, " | ");
    if (cells.size() == 3 && absl::StrContains(cells[2], "`inside:")) {
      const absl::string_view name =
          cells[2].substr(cells[2].find("inside:") + 7);
      told.insert(std::string(name.substr(0, name.find('`'))));
    }
  }
  std::set<std::string> tried;
  for (const EscapeRow& row : kEscapes) tried.insert(std::string(row.name));
  EXPECT_EQ(told, tried);
}

}  // namespace
}  // namespace sbx::test
