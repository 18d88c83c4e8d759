# Precompiled headers: one for the libraries, one for the window, two for the tests. A third of the build's time.
option(FIRMAMENT_PCH "Precompile the headers that most files include" ON)
# One function sets the same standard, warnings and visibility for every library of the house.
add_library(firmament_options INTERFACE)
target_compile_features(firmament_options INTERFACE cxx_std_20)
target_compile_options(firmament_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>)
if(FIRMAMENT_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With precompiled headers GCC 12 takes libstdc++'s inlined strings for our code (GCC bugs 105329, 105651). The checks that matter
  # are made by the sanitizers and by clang-tidy.
  target_compile_options(firmament_options INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(FIRMAMENT_WERROR)
  target_compile_options(firmament_options INTERFACE -Werror)
endif()

set(FIRMAMENT_PCH_DIR ${CMAKE_CURRENT_LIST_DIR}/pch)

# What ccache takes instead of the precompiled header itself (CCACHE_PCH_EXTSUM), which differs from checkout to checkout.
function(firmament_pch_sum target header)
  file(GLOB parts CONFIGURE_DEPENDS ${FIRMAMENT_PCH_DIR}/*.h) # they include each other
  set(text ${header})
  foreach(part ${parts})
    file(SHA256 ${part} of_part)
    string(APPEND text " ${of_part}")
  endforeach()
  string(SHA256 sum "${text} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${Qt6_VERSION} ${Eigen3_VERSION} ${CMAKE_BUILD_TYPE} ${FIRMAMENT_SANITIZE}")
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum CONTENT "${sum}\n" @ONLY)
endfunction()

# A target that only carries a precompiled header, with the options of those that use it.
function(firmament_pch_carrier name header)
  if(NOT FIRMAMENT_PCH)
    return()
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/pch/${name}.cpp CONTENT "" @ONLY)
  add_library(firmament_pch_${name} OBJECT ${PROJECT_BINARY_DIR}/pch/${name}.cpp)
  target_link_libraries(firmament_pch_${name} PRIVATE firmament_options ${ARGN})
  target_precompile_headers(firmament_pch_${name} PRIVATE ${FIRMAMENT_PCH_DIR}/${header})
  firmament_pch_sum(firmament_pch_${name} ${header})
  if(name STREQUAL std)
    set_target_properties(firmament_pch_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
endfunction()

function(firmament_use_pch target carrier)
  if(TARGET firmament_pch_${carrier})
    target_precompile_headers(${target} REUSE_FROM firmament_pch_${carrier})
  endif()
endfunction()

# Every module's sources include each other as "module/file.h" from the top.
# firmament_library(name [SOURCES ...] [PUBLIC libs...] [PRIVATE libs...] [OWN_PCH])
function(firmament_library name)
  cmake_parse_arguments(ARG "OWN_PCH" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(firmament_${name} STATIC ${ARG_SOURCES})
  target_include_directories(firmament_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(firmament_${name} PUBLIC ${ARG_PUBLIC} PRIVATE firmament_options ${ARG_PRIVATE})
  set_target_properties(firmament_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(NOT ARG_OWN_PCH)
    firmament_use_pch(firmament_${name} std)
  endif()
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
  # A precompiled header serves only those who see the same parts of Qt.
  if(firmament_window IN_LIST ARG_LIBS)
    firmament_use_pch(${target} window_test)
  elseif(NOT "${ARG_LIBS}" MATCHES "Qt6::|firmament_cli")
    firmament_use_pch(${target} test)
  endif()
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
