// Invariant: a home folder is absolute or not there; `~` leads to it or nowhere, never to the working folder.
#include "healthlake/credentials/local_system.hpp"

#include <doctest/doctest.h>

#include "../support/test_machine.hpp"

using namespace healthlake;

TEST_CASE("faults 22, 23: where the home folder is looked for") {
  TestMachine machine;
  CHECK(home_folder(machine).empty());
  machine.user_home = "/home/by-id/";
  CHECK(home_folder(machine) == "/home/by-id");
  machine.variables["HOMEPATH"] = "\\Users\\x";
  CHECK(home_folder(machine) == "/home/by-id");  // has no drive
  machine.variables["HOMEDRIVE"] = "D:";
  CHECK(home_folder(machine) == "D:\\Users\\x");
  machine.variables["USERPROFILE"] = "C:\\Users\\y\\";
  CHECK(home_folder(machine) == "C:\\Users\\y");
  for (char const* relative : {"", ".", "home/me", "C:", "C:me", "~", "\\me", "1:\\me", "Cd\\me"}) {
    machine.variables["HOME"] = relative;
    CHECK(home_folder(machine) == "C:\\Users\\y");
  }
  machine.variables["HOME"] = "/home/me";
  CHECK(home_folder(machine) == "/home/me");
  machine.variables["HOME"] = "/";
  CHECK(home_folder(machine) == "/");
  machine.variables["HOME"] = "//";
  CHECK(home_folder(machine) == "/");
  machine.variables["HOME"] = R"(\\server\me\)";
  CHECK(home_folder(machine) == R"(\\server\me)");
  machine.variables["HOME"] = "C:\\";
  CHECK(expand_home(machine, "~\\cfg") == "C:\\cfg");
}

TEST_CASE("~ at the beginning of a path is the home folder") {
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  CHECK(expand_home(machine, "~") == "/home/me");
  CHECK(expand_home(machine, "~/alt/cfg") == "/home/me/alt/cfg");
  CHECK(expand_home(machine, "~\\alt\\cfg") == "/home/me\\alt\\cfg");
  CHECK(expand_home(machine, "~you/cfg") == "~you/cfg");
  CHECK(expand_home(machine, "/etc/~") == "/etc/~");
  CHECK(expand_home(machine, "cfg") == "cfg");
  CHECK(expand_home(machine, "a/cfg") == "a/cfg");
  CHECK(expand_home(machine, "~/") == "/home/me/");
  CHECK(expand_home(machine, "").empty());
  machine.variables.clear();
  CHECK(expand_home(machine, "~/alt/cfg").empty());
  CHECK(expand_home(machine, "/cfg") == "/cfg");
}
