// Undo and redo of layers and overlays (Ctrl+Z), and, apart from it, view back and forward (Alt+Left): undo never throws the
// user across the sky. Values only; owner's thread.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "scene/document.h"

namespace firmament::scene {

class History {
public:
    explicit History(Document initial);
    const Document& document() const { return document_; }
    /// Does `change` as one undo step named `label`. Steps with the same non-empty mergeKey in a row (a slider being dragged)
    /// become one until endMerge(). A change that leaves everything as it was is no step.
    void apply(const std::string& label, const std::function<void(Document&)>& change, const std::string& mergeKey = {});
    void endMerge();
    /// Changes what follows the user's eye (the active pane, the compared layer) without a step of its own.
    void amend(const std::function<void(Document&)>& change);
    bool canUndo() const;
    bool canRedo() const;
    std::string undoLabel() const;
    std::string redoLabel() const;
    /// The view stays where it is, except when the step went between the sky and a planet: then the view of the other side returns.
    void undo();
    void redo();

    void setView(const sky::SkyView& view);  ///< every frame of a drag; no step
    void markView();                         ///< the user arrived somewhere: remember it for back (typed, flown, jumped)
    bool canGoBack() const;
    bool canGoForward() const;
    void goBack();
    void goForward();

    void replaceAll(Document document);      ///< a session was opened: clears both histories
    std::function<void()> onChange;          ///< after any change of the document

private:
    struct Step {
        std::string label;
        Document before, after;
    };
    void changed() const;
    void restore(const Document& to, const Document& from);

    Document document_;
    std::vector<Step> done_, undone_;
    std::string mergeKey_;
    std::vector<sky::SkyView> back_, forward_;
    sky::SkyView place_; ///< the last view that was marked
};

} // namespace firmament::scene
