#include "app/window/qt_executor.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>

namespace firmament::window {

namespace {
/// Hands over to Qt (input, painting) after so much posted work.
constexpr qint64 kSliceMs = 6;
} // namespace

void QtExecutor::post(Priority priority, std::function<void()> work)
{
    bool wake = false;
    {
        const std::scoped_lock lock(mutex_);
        queues_[static_cast<size_t>(priority)].push_back(std::move(work));
        wake = !std::exchange(woken_, true);
    }
    if (wake) QCoreApplication::postEvent(this, new QEvent(QEvent::User), Qt::LowEventPriority);
}

bool QtExecutor::event(QEvent* event)
{
    if (event->type() != QEvent::User) return QObject::event(event);
    QElapsedTimer clock;
    clock.start();
    for (;;) {
        std::function<void()> work;
        {
            const std::scoped_lock lock(mutex_);
            for (auto& queue : queues_) {
                if (queue.empty()) continue;
                work = std::move(queue.front());
                queue.pop_front();
                break;
            }
            if (!work) {
                woken_ = false;
                return true;
            }
        }
        work();
        if (clock.elapsed() >= kSliceMs) {
            QCoreApplication::postEvent(this, new QEvent(QEvent::User), Qt::LowEventPriority);
            return true;
        }
    }
}

size_t QtExecutor::queued() const
{
    const std::scoped_lock lock(mutex_);
    return queues_[0].size() + queues_[1].size() + queues_[2].size();
}

} // namespace firmament::window
