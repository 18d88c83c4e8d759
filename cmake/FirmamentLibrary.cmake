# One function sets the same standard, warnings and visibility for every library of the house.
add_library(firmament_options INTERFACE)
target_compile_features(firmament_options INTERFACE cxx_std_20)
target_compile_options(firmament_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>)
if(FIRMAMENT_WERROR)
  target_compile_options(firmament_options INTERFACE -Werror)
endif()

# Every module's sources include each other as "module/file.h" from the top.
# firmament_library(name [SOURCES ...] [PUBLIC libs...] [PRIVATE libs...])
function(firmament_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(firmament_${name} STATIC ${ARG_SOURCES})
  target_include_directories(firmament_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(firmament_${name} PUBLIC ${ARG_PUBLIC} PRIVATE firmament_options ${ARG_PRIVATE})
  set_target_properties(firmament_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# One Qt Test executable per class, tests/<module>/test_<name>.cpp -> ctest "<module>.<name>".
# firmament_test(module name [LIBS libs...] [LABELS labels...] [TIMEOUT seconds] [SOURCES more.cpp...])
function(firmament_test module name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS;LABELS;SOURCES;ENVIRONMENT" ${ARGN})
  set(target test_${module}_${name})
  add_executable(${target} ${CMAKE_CURRENT_SOURCE_DIR}/test_${name}.cpp ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES AUTOMOC ON)
  target_link_libraries(${target} PRIVATE firmament_options ${ARG_LIBS} Qt6::Test)
  target_compile_definitions(${target} PRIVATE FIRMAMENT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${module}.${name} COMMAND ${target})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  set_tests_properties(${module}.${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;${ARG_ENVIRONMENT}")
endfunction()
