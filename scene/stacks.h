// The layer lists of a document as a whole: what is compared with what, panes, groups. Values only; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scene/document.h"

namespace firmament::scene {

/// 1, 2 or 4.
size_t paneCount(const Document& document);
/// The layers of a pane, bottom first; pane 0 of a document without panes is the document's own list.
const std::vector<LayerState>& stackOf(const Document& document, size_t pane);

/// The layer that a blink or swipe takes away and the survey that is then seen; lower 0: there is none below.
struct ComparedPair {
    LayerId upper = 0, lower = 0;
    bool operator==(const ComparedPair&) const = default;
};
/// upper: CompareState::layer when it is visible, else the topmost visible survey; 0 when there is nothing.
ComparedPair comparedPair(const Document& document);

/// 1: ends the panes and keeps the active one's layers. New panes begin with the active one's layers, each showing another of its
/// visible surveys on top, as long as there are some.
void setPaneCount(Document& document, size_t count);
void activatePane(Document& document, size_t pane);

GroupId freeGroupId(const Document& document);
const LayerGroup* findGroup(const Document& document, GroupId id);
/// Members lie next to each other (they gather at the topmost), layers name groups that exist, groups have members.
void tidyGroups(Document& document);
/// Puts `id` at `index` (bottom is 0, counted without it) and into `group` (0: none).
void placeLayer(Document& document, LayerId id, size_t index, GroupId group);
/// Moves all members so that the lowest comes to `index`, counted without them.
void placeGroup(Document& document, GroupId group, size_t index);

} // namespace firmament::scene
