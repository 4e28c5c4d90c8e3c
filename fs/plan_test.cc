// SPDX-License-Identifier: Apache-2.0

#include "fs/plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::fs {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::ElementsAre;
using ::testing::Field;

const Item kEmptyRoot = {.operation = Tmpfs{.inside = "/"},
                         .reason = "the root itself, empty"};

Item Asked(Operation operation) { return {.operation = std::move(operation)}; }

Item Hidden(const std::string& path) {
  return {.operation = Hide{.inside = path, .destination = Absent::kSkip},
          .reason = "keys"};
}

auto Steps(const auto& steps) {
  return IsOkAndHolds(Field("steps", &Plan::steps, steps));
}

TEST(PlanRoot, OfNothingIsAnEmptyRoot) {
  EXPECT_THAT(PlanRoot({}, {}, {}), IsOkAndHolds(Plan{.steps = {kEmptyRoot}}));
}

TEST(PlanRoot, DoesWhatWasAskedInTheOrderGivenWithItsReasons) {
  const Item usr = Asked(Bind{.host = "/usr", .inside = "/usr"});
  const Item proc = {.operation = Proc{}, .reason = "its own processes"};
  const Item tmp = Asked(Tmpfs{.inside = "/usr", .mode = 01777, .size = 4096});
  EXPECT_THAT(PlanRoot({.items = {usr, proc, tmp}}, {}, {}),
              Steps(ElementsAre(kEmptyRoot, usr, proc, tmp)));
}

TEST(PlanRoot, TakesAShareOrATmpfsForTheRootItself) {
  for (const std::string root : {"/", "//", "/.", "/./"}) {
    for (const Item& first : {Asked(Bind{.host = "/srv", .inside = root}),
                              Asked(Tmpfs{.inside = root, .mode = 0700})}) {
      const Item next = Asked(Directory{.inside = "/a"});
      EXPECT_THAT(PlanRoot({.items = {first, next}}, {}, {}),
                  Steps(ElementsAre(first, next)))
          << root;
    }
  }
}

TEST(PlanRoot, RefusesAnythingElseOnTheRootItself) {
  const std::vector<Operation> operations = {
      Device{.host = "/dev/kvm", .inside = "/"},
      Directory{.inside = "/"},
      File{.inside = "/", .content = 0},
      Text{.inside = "/"},
      Symlink{.target = "a", .inside = "/"},
      Hide{.inside = "/"},
      Proc{.inside = "/"},
      Dev{.inside = "/"}};
  for (const Operation& operation : operations) {
    EXPECT_THAT(PlanRoot({.items = {Asked(operation)}}, {}, {}),
                Says("the root \"/\" can only be the destination of the first "
                     "operation"))
        << operation.index();
  }
}

TEST(PlanRoot, RefusesTheRootAsALaterDestinationByWhateverName) {
  const Item first = Asked(Bind{.host = "/srv", .inside = "/"});
  for (const std::string root :
       {"/", "//", "/.", "/..", "/usr/..", "/a/b/../.."}) {
    EXPECT_THAT(
        PlanRoot({.items = {first, Asked(Bind{.host = "/a", .inside = root})}},
                 {}, {}),
        Says("the root \"/\" can only be"))
        << root;
    EXPECT_THAT(
        PlanRoot({.items = {first, Asked(Tmpfs{.inside = root})}}, {}, {}),
        Says("the root \"/\" can only be"))
        << root;
  }
}

TEST(PlanRoot, TakesAnythingAnywhereIfThatIsAskedFor) {
  const Item directory = Asked(Directory{.inside = "/"});
  const Item perhaps =
      Asked(Bind{.host = "/srv", .inside = "/", .source = Absent::kSkip});
  const Item share = Asked(Bind{.host = "/srv", .inside = "/"});
  const auto plan = [](const std::vector<Item>& items) {
    return PlanRoot({.items = items, .placement = Placement::kAnywhere}, {},
                    {});
  };
  EXPECT_THAT(plan({directory, share}),
              Steps(ElementsAre(kEmptyRoot, directory, share)));
  // There may be nothing to start with.
  EXPECT_THAT(plan({perhaps}), Steps(ElementsAre(kEmptyRoot, perhaps)));
  EXPECT_THAT(plan({share, share}), Steps(ElementsAre(share, share)));
}

TEST(PlanRoot, RefusesDestinationsThatAreNoAbsolutePath) {
  const struct {
    std::string inside;
    std::string words;
  } rows[] = {
      {"", "the destination \"\" is not an absolute path"},
      {"usr", "the destination \"usr\" is not an absolute path"},
      {"../usr", "the destination \"../usr\" is not an absolute path"},
      {std::string("/usr\0x", 6), "a destination holds a NUL byte"},
  };
  for (const auto& row : rows) {
    const Item usr = Asked(Bind{.host = "/usr", .inside = "/usr"});
    EXPECT_THAT(
        PlanRoot({.items = {usr, Asked(Hide{.inside = row.inside})}}, {}, {}),
        Says(::testing::Eq(row.words)));
  }
}

Secret Keys(const std::string& path) {
  return {.host = path, .reason = "keys"};
}

TEST(PlanRoot, ShowsAPartOfAStoreOfSecrets) {
  const Item home = Asked(Bind{.host = "/home", .inside = "/home"});
  Secret secret = Keys("ana/.ssh");
  secret.parts = {{"/home/ana/.ssh/known_hosts", "known_hosts"}};
  EXPECT_THAT(
      PlanRoot({.items = {home}}, {.exposed = {{0, {secret}}}}, {}),
      Steps(ElementsAre(
          kEmptyRoot, home,
          Item{.operation = Tmpfs{.inside = "/home/ana/.ssh",
                                  .destination = Absent::kSkip},
               .reason = "keys"},
          Item{.operation = Bind{.host = "/home/ana/.ssh/known_hosts",
                                 .inside = "/home/ana/.ssh/known_hosts"},
               .reason = "shown all the same"})));
}

TEST(PlanRoot, HidesSecretsBelowEachShareThatShowsThem) {
  const Item host = Asked(Bind{.host = "/", .inside = "/"});
  const Item usr = Asked(Bind{.host = "/usr", .inside = "/usr"});
  const Item home = Asked(Bind{.host = "/home/ana", .inside = "/home/ana"});
  const Item copy = Asked(Bind{.host = "/home", .inside = "/mnt/copy"});
  const Facts facts = {
      .exposed = {{0, {Keys("home/ana/.ssh"), Keys("home/ana/.netrc")}},
                  {2, {Keys(".ssh"), Keys(".netrc")}},
                  {3, {Keys("ana/.ssh")}}}};
  // Each directly after its share, so that a later one may show it again.
  EXPECT_THAT(
      PlanRoot({.items = {host, usr, home, copy}}, facts, {}),
      Steps(ElementsAre(host, Hidden("/home/ana/.ssh"),
                        Hidden("/home/ana/.netrc"), usr, home,
                        Hidden("/home/ana/.ssh"), Hidden("/home/ana/.netrc"),
                        copy, Hidden("/mnt/copy/ana/.ssh"))));
}

TEST(PlanRoot, WantsWhatSecretsWereLookedForIn) {
  const Item home = Asked(Bind{.host = "/home", .inside = "/home"});
  const sys::Identity found = {.device = 7, .inode = 9};
  Item same = home;
  std::get<Bind>(same.operation).identity = found;
  EXPECT_THAT(PlanRoot({.items = {home, home}}, {.sources = {{1, found}}}, {}),
              Steps(ElementsAre(kEmptyRoot, home, same)));
}

TEST(PlanRoot, HidesNothingElse) {
  const Spec spec = {.items = {Asked(Bind{.host = "/", .inside = "/"})},
                     .secrets = {{.host = "/home/ana/.ssh", .reason = "keys"}}};
  EXPECT_THAT(PlanRoot(spec, {}, {}), Steps(ElementsAre(spec.items[0])));
}

TEST(PlanRoot, PassesOnWhereTheCommandStartsAndWhatTheMapsAndTheTerminalAre) {
  const Inside inside = {.has_host_root = true, .has_tty_group = true};
  EXPECT_THAT(PlanRoot({.cwd = "/src"}, {.terminal = "/dev/pts/3"}, inside),
              IsOkAndHolds(Plan{.steps = {kEmptyRoot},
                                .cwd = "/src",
                                .terminal = "/dev/pts/3",
                                .inside = inside}));
}

TEST(InsideOf, IsTheDestinationOfEachKindOfOperation) {
  const std::vector<Operation> operations = {
      Bind{.host = "/h", .inside = "/in"},
      Overlay{.inside = "/in"},
      Device{.host = "/h", .inside = "/in"},
      Tmpfs{.inside = "/in"},
      Directory{.inside = "/in"},
      File{.inside = "/in"},
      Text{.inside = "/in"},
      Data{.inside = "/in"},
      Mode{.inside = "/in"},
      ReadOnly{.inside = "/in"},
      Symlink{.target = "/t", .inside = "/in"},
      Hide{.inside = "/in"},
      Proc{.inside = "/in"},
      Dev{.inside = "/in"},
      Mqueue{.inside = "/in"}};
  ASSERT_EQ(operations.size(), std::variant_size_v<Operation>);
  for (const Operation& operation : operations) {
    EXPECT_EQ(InsideOf(operation), "/in") << operation.index();
  }
}

// Where the root of these operations is built, if the kernel can assemble
// detached trees, in a namespace that starts at the host's root.
Assembly AssemblyOf(std::vector<Operation> operations) {
  Spec spec = {.placement = Placement::kAnywhere};
  for (Operation& operation : operations) {
    spec.items.push_back(Asked(std::move(operation)));
  }
  const auto plan =
      PlanRoot(spec, {.assembles_detached = true}, {.has_own_mounts = true});
  return plan.value().assembly;
}

const Bind kHostRoot = {.host = "/", .inside = "/"};

TEST(Assembly, IsInPlaceWhereTheRootIsTheHosts) {
  EXPECT_EQ(AssemblyOf({kHostRoot}), Assembly::kInPlace);
  EXPECT_EQ(AssemblyOf({kHostRoot, Dev{}, Bind{.host = "/a", .inside = "/b"}}),
            Assembly::kInPlace);
  EXPECT_EQ(AssemblyOf({Bind{.host = "//.", .inside = "/"}}),
            Assembly::kInPlace);
}

TEST(Assembly, IsDetachedWhereItIsAnother) {
  EXPECT_EQ(AssemblyOf({}), Assembly::kDetached);
  EXPECT_EQ(AssemblyOf({Bind{.host = "/srv", .inside = "/"}}),
            Assembly::kDetached);
  // What comes before ".." may be a symbolic link.
  EXPECT_EQ(AssemblyOf({Bind{.host = "/a/..", .inside = "/"}}),
            Assembly::kDetached);
  EXPECT_EQ(AssemblyOf({Bind{.host = "/", .inside = "/", .descriptor = 3}}),
            Assembly::kDetached);
}

TEST(Assembly, IsDetachedWhereTooMuchWouldBeOpenAtOnce) {
  std::vector<Operation> operations(100, Bind{.host = "/a", .inside = "/b"});
  operations.insert(operations.begin(), kHostRoot);
  EXPECT_EQ(AssemblyOf(operations), Assembly::kInPlace);
  operations.insert(operations.end(), 100, operations.back());
  EXPECT_EQ(AssemblyOf(operations), Assembly::kDetached);
}

TEST(Assembly, IsDetachedWhereTheHostIsNeededAsItIs) {
  EXPECT_EQ(AssemblyOf({kHostRoot, Overlay{.inside = "/b"}}),
            Assembly::kDetached);
  EXPECT_EQ(AssemblyOf({kHostRoot, Mode{.inside = "/b"}}), Assembly::kDetached);
}

TEST(Assembly, IsDetachedWhereTheRootMayBeThatOfAChroot) {
  const Spec spec = {.items = {Asked(kHostRoot)}};
  EXPECT_EQ(PlanRoot(spec, {.assembles_detached = true}, {}).value().assembly,
            Assembly::kDetached);
}

TEST(Assembly, IsInABaseWhereAMountIsChangedOrTheKernelIsOlder) {
  EXPECT_EQ(AssemblyOf({kHostRoot, ReadOnly{"/"}}), Assembly::kInBase);
  EXPECT_EQ(PlanRoot({}, {}, {.has_own_mounts = true}).value().assembly,
            Assembly::kInBase);
}

}  // namespace
}  // namespace sbx::fs
