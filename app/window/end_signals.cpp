#include "app/window/end_signals.h"

#include <QSocketNotifier>

#include <array>
#include <atomic>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace firmament::window {

namespace {

constexpr std::array kSignals{SIGTERM, SIGINT, SIGHUP};
/// A signal handler has no object: the end of the pipe that it writes to, -1 while there is none.
std::atomic<int> told{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void onSignal(int number)
{
    const int end = told.load();
    const auto byte = static_cast<char>(number);
    if (end >= 0) [[maybe_unused]] const auto written = write(end, &byte, 1);
    std::signal(number, SIG_DFL); // a second one ends at once
}

} // namespace

EndSignals::EndSignals()
{
    if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) return; // the signals end the program as they always do
    told = pipe_[1];
    auto* notifier = new QSocketNotifier(pipe_[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, notifier] {
        notifier->setEnabled(false);
        emit endWanted();
    });
    struct sigaction action {};
    action.sa_handler = onSignal;
    for (const int number : kSignals) sigaction(number, &action, nullptr);
}

EndSignals::~EndSignals()
{
    for (const int number : kSignals) std::signal(number, SIG_DFL);
    told = -1;
    for (const int end : pipe_)
        if (end >= 0) close(end);
}

} // namespace firmament::window
