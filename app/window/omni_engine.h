// What the omnibox offers for a text: a function of the text and of what the controller knows. No widgets.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <functional>
#include <vector>

#include "app/window/controller.h"

namespace firmament::window {

struct OmniRow {
    QString group;  ///< "Go to", "Position", "Surveys", "Layers", "Recent", "Commands", "Help"
    QString title, detail;
    QString right;  ///< key or source, at the right edge
    QString icon;
    std::function<void()> run; ///< empty: only tells
};

class OmniEngine {
    Q_DECLARE_TR_FUNCTIONS(OmniEngine)
public:
    explicit OmniEngine(Controller& controller) : c_(controller) {}
    /// The first row is what Enter does.
    std::vector<OmniRow> rows(const QString& text) const;

private:
    void addPosition(const QString& text, std::vector<OmniRow>& out) const;
    void addNames(const QString& text, size_t limit, std::vector<OmniRow>& out) const;
    void addSurveys(const QString& text, size_t limit, std::vector<OmniRow>& out) const;
    void addBookmarks(const QString& text, std::vector<OmniRow>& out) const;
    void addLayers(const QString& text, std::vector<OmniRow>& out) const;
    void addCommands(const QString& text, size_t limit, std::vector<OmniRow>& out) const;
    void addRecent(const QString& text, std::vector<OmniRow>& out) const;
    void addHelp(const QString& text, std::vector<OmniRow>& out) const;
    void addFile(const QString& text, std::vector<OmniRow>& out) const;
    void addStart(std::vector<OmniRow>& out) const;
    void addNothingFound(const QString& text, std::vector<OmniRow>& out) const;
    Controller& c_;
};

/// How well `text` fits `candidate`: 0 not at all; larger is better. Every word of the text must begin a word of the candidate.
int matchScore(const QString& text, const QString& candidate);

} // namespace firmament::window
