"""Conan 2 recipe: `conan create cmake/packaging/conan` in a checkout. Header-only, so one package serves all settings."""
import pathlib
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy



class HealthlakeConan(ConanFile):
    name = "healthlake"
    description = "The protocol of Amazon HealthLake as C++20 headers"
    license = "Apache-2.0"
    topics = ("aws", "healthlake", "fhir", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def set_version(self):
        text = (pathlib.Path(self.recipe_folder).parents[2] / "include/healthlake/version.hpp").read_text(encoding="utf-8")
        self.version = ".".join(re.findall(r"^#define HEALTHLAKE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", text, re.M))

    def export_sources(self):
        checkout = str(pathlib.Path(self.recipe_folder).parents[2])
        copy(self, "include/*", src=checkout, dst=self.export_sources_folder)
        copy(self, "LICENSE", src=checkout, dst=self.export_sources_folder)

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "include/*", src=self.source_folder, dst=self.package_folder)
        copy(self, "LICENSE", src=self.source_folder, dst=str(pathlib.Path(self.package_folder) / "licenses"))

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "healthlake")
        self.cpp_info.set_property("cmake_target_name", "healthlake::healthlake")
