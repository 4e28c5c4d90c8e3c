// SPDX-License-Identifier: Apache-2.0
//
// sbx-scope PID SLICE DESCRIPTION
//
// Has systemd put the process PID into a new scope below SLICE, delegated to
// its user, and waits until it is there.  sbx runs this; nobody else has to.
// What goes wrong is said on standard error, in one line, and the exit status
// is 1.  See org.freedesktop.systemd1(5), StartTransientUnit().

#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr char kService[] = "org.freedesktop.systemd1";
constexpr char kPath[] = "/org/freedesktop/systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";

[[noreturn]] void Die(const char* doing, const char* words) {
  fprintf(stderr, "%s: %s\n", doing, words);
  exit(EXIT_FAILURE);
}

// libsystemd answers with negative errnos.
int Check(const char* doing, int result) {
  if (result < 0) Die(doing, strerror(-result));
  return result;
}

struct Unit {
  uint32_t pid = 0;
  const char* slice = nullptr;
  const char* description = nullptr;
  std::string name = {};
};

struct Job {
  std::string path = {};
  // Empty until systemd has done it: "done", "failed", "canceled" and so on.
  std::string result = {};
};

int NoteRemovedJob(sd_bus_message* message, void* data, sd_bus_error*) {
  uint32_t id = 0;
  const char *path = nullptr, *unit = nullptr, *result = nullptr;
  const int read =
      sd_bus_message_read(message, "uoss", &id, &path, &unit, &result);
  if (read < 0) return read;
  Job& job = *static_cast<Job*>(data);
  if (job.path == path) job.result = result;
  return 0;
}

// The process that is moved makes cgroups in it: hence Delegate.  Nothing is to
// stay listed as failed.  And a kill for want of memory in a leaf is the affair
// of that leaf: systemd would end the whole scope, sbx with it.
void AddProperties(sd_bus_message* call, const Unit& unit, bool oom_policy) {
  const char* const doing = "wording the request";
  Check(doing, sd_bus_message_open_container(call, 'a', "(sv)"));
  Check(doing, sd_bus_message_append(call, "(sv)", "Description", "s",
                                     unit.description));
  Check(doing, sd_bus_message_append(call, "(sv)", "Slice", "s", unit.slice));
  Check(doing, sd_bus_message_append(call, "(sv)", "PIDs", "au", 1, unit.pid));
  Check(doing, sd_bus_message_append(call, "(sv)", "Delegate", "b", 1));
  Check(doing, sd_bus_message_append(call, "(sv)", "CollectMode", "s",
                                     "inactive-or-failed"));
  if (oom_policy) {
    Check(doing,
          sd_bus_message_append(call, "(sv)", "OOMPolicy", "s", "continue"));
  }
  Check(doing, sd_bus_message_close_container(call));
  Check(doing, sd_bus_message_append(call, "a(sa(sv))", 0));
}

// Returns a negative errno, with words in `error`, or the job in `job`.
int Start(sd_bus* bus, const Unit& unit, bool oom_policy, Job& job,
          sd_bus_error& error) {
  sd_bus_message *call = nullptr, *reply = nullptr;
  Check("making a request",
        sd_bus_message_new_method_call(bus, &call, kService, kPath, kManager,
                                       "StartTransientUnit"));
  Check("wording the request",
        sd_bus_message_append(call, "ss", unit.name.c_str(), "fail"));
  AddProperties(call, unit, oom_policy);
  const int answered = sd_bus_call(bus, call, 0, &error, &reply);
  if (answered >= 0) {
    const char* path = nullptr;
    Check("reading the answer", sd_bus_message_read(reply, "o", &path));
    job.path = path;
  }
  sd_bus_message_unref(call);
  sd_bus_message_unref(reply);
  return answered;
}

// systemd knows OOMPolicy for scopes since version 253.
void StartAsFarAsKnown(sd_bus* bus, const Unit& unit, Job& job) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  if (Start(bus, unit, true, job, error) >= 0) return;
  sd_bus_error_free(&error);
  error = SD_BUS_ERROR_NULL;
  const int started = Start(bus, unit, false, job, error);
  if (started < 0) {
    Die("asking systemd for a scope",
        error.message != nullptr ? error.message : strerror(-started));
  }
}

void Await(sd_bus* bus, const Job& job) {
  while (job.result.empty()) {
    if (Check("reading from systemd", sd_bus_process(bus, nullptr)) == 0) {
      Check("waiting for systemd", sd_bus_wait(bus, UINT64_MAX));
    }
  }
  if (job.result != "done") Die("starting the scope", job.result.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) Die("sbx-scope", "takes PID SLICE DESCRIPTION");
  const Unit unit = {
      .pid = static_cast<uint32_t>(strtoul(argv[1], nullptr, 10)),
      .slice = argv[2],
      .description = argv[3],
      .name = "sbx-" + std::string(argv[1]) + ".scope"};
  sd_bus* bus = nullptr;
  Check("reaching systemd over the bus",
        geteuid() == 0 ? sd_bus_open_system(&bus) : sd_bus_open_user(&bus));
  Job job;
  Check("listening to systemd",
        sd_bus_match_signal(bus, nullptr, kService, kPath, kManager,
                            "JobRemoved", NoteRemovedJob, &job));
  StartAsFarAsKnown(bus, unit, job);
  Await(bus, job);
  sd_bus_flush_close_unref(bus);
  return EXIT_SUCCESS;
}
