#include "scene/history.h"

#include <utility>

namespace firmament::scene {

namespace {

constexpr size_t kMaxSteps = 500;
constexpr size_t kMaxPlaces = 500;

bool isBody(const Document& d)
{
    return d.view.frame() == sky::Frame::Body;
}

/// A place keeps where to look; the window's shape is that of today.
sky::SkyView atPresentSize(const sky::SkyView& view, const sky::SkyView& present)
{
    return view.withSize(present.width(), present.height());
}

template <class T> void pushBounded(std::vector<T>& stack, T value, size_t limit)
{
    stack.push_back(std::move(value));
    if (stack.size() > limit) stack.erase(stack.begin());
}

} // namespace

History::History(Document initial) : document_(std::move(initial)), place_(document_.view)
{
}

void History::changed() const
{
    if (onChange) onChange();
}

void History::apply(const std::string& label, const std::function<void(Document&)>& change, const std::string& mergeKey)
{
    Document after = document_;
    change(after);
    if (after == document_) return;
    Document sameView = after;
    sameView.view = document_.view;
    if (sameView == document_) { // only the view: not a step of this history
        setView(after.view);
        return;
    }
    const bool merge = !mergeKey.empty() && mergeKey == mergeKey_ && !done_.empty() && undone_.empty();
    if (merge) {
        done_.back().after = after;
        // Dragged back to where it began: nothing to undo.
        Document withBefore = done_.back().before;
        withBefore.view = after.view;
        if (withBefore == after && isBody(done_.back().before) == isBody(after)) {
            done_.pop_back();
            mergeKey_.clear();
        }
    } else {
        pushBounded(done_, Step{label, document_, after}, kMaxSteps);
        mergeKey_ = mergeKey;
    }
    undone_.clear();
    document_ = std::move(after);
    changed();
}

void History::amend(const std::function<void(Document&)>& change)
{
    Document after = document_;
    change(after);
    if (after == document_) return;
    document_ = std::move(after);
    changed();
}

void History::endMerge()
{
    mergeKey_.clear();
}

bool History::canUndo() const
{
    return !done_.empty();
}

bool History::canRedo() const
{
    return !undone_.empty();
}

std::string History::undoLabel() const
{
    return done_.empty() ? std::string() : done_.back().label;
}

std::string History::redoLabel() const
{
    return undone_.empty() ? std::string() : undone_.back().label;
}

void History::restore(const Document& to, const Document& from)
{
    sky::SkyView view = document_.view;
    if (isBody(to) != isBody(from) && isBody(to) != isBody(document_)) view = atPresentSize(to.view, view);
    document_ = to;
    document_.view = view;
}

void History::undo()
{
    endMerge();
    if (done_.empty()) return;
    Step step = std::move(done_.back());
    done_.pop_back();
    restore(step.before, step.after);
    undone_.push_back(std::move(step));
    changed();
}

void History::redo()
{
    endMerge();
    if (undone_.empty()) return;
    Step step = std::move(undone_.back());
    undone_.pop_back();
    restore(step.after, step.before);
    done_.push_back(std::move(step));
    changed();
}

void History::setView(const sky::SkyView& view)
{
    if (document_.view == view) return;
    document_.view = view;
    changed();
}

void History::markView()
{
    if (atPresentSize(place_, document_.view) == document_.view) return;
    pushBounded(back_, place_, kMaxPlaces);
    forward_.clear();
    place_ = document_.view;
}

bool History::canGoBack() const
{
    return !back_.empty();
}

bool History::canGoForward() const
{
    return !forward_.empty();
}

void History::goBack()
{
    if (back_.empty()) return;
    pushBounded(forward_, document_.view, kMaxPlaces);
    place_ = atPresentSize(back_.back(), document_.view);
    back_.pop_back();
    document_.view = place_;
    changed();
}

void History::goForward()
{
    if (forward_.empty()) return;
    pushBounded(back_, document_.view, kMaxPlaces);
    place_ = atPresentSize(forward_.back(), document_.view);
    forward_.pop_back();
    document_.view = place_;
    changed();
}

void History::replaceAll(Document document)
{
    document_ = std::move(document);
    done_.clear();
    undone_.clear();
    back_.clear();
    forward_.clear();
    mergeKey_.clear();
    place_ = document_.view;
    changed();
}

} // namespace firmament::scene
