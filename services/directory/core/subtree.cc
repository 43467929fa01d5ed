#include "services/directory/core/subtree.h"

#include "services/directory/core/read.h"

namespace hotline::directory {
namespace {

bool LiesWithin(std::string_view path, std::string_view root) {
  if (root.empty() || !path.starts_with(root)) return false;
  return path.size() == root.size() || path[root.size()] == '/';
}

}  // namespace

std::string TreePathOf(const Directory& directory, std::string_view node) {
  std::string path;
  for (int depth = 0; depth < kMaxTreeDepth && !node.empty(); ++depth) {
    const Node* found = Find(directory.nodes, node);
    if (found == nullptr) return depth == 0 ? "" : path;
    path.insert(0, "/" + found->id);
    node = found->parent;
  }
  return path;
}

Sight::Sight(const Directory& directory, std::string_view org)
    : directory_(&directory), root_(TreePathOf(directory, org)) {}

bool Sight::Sees(const Node& node) const {
  if (directory_ == nullptr) return true;
  const std::string path = TreePathOf(*directory_, node.id);
  if (LiesWithin(path, root_) || LiesWithin(root_, path)) return true;
  if (IsLevel(node.type) || root_.empty()) return false;
  // A unit answers for all below its parent; one without a parent for the whole area.
  return node.parent.empty() || LiesWithin(root_, TreePathOf(*directory_, node.parent));
}

bool Sight::SeesPeopleOf(std::string_view node) const {
  return directory_ == nullptr || LiesWithin(TreePathOf(*directory_, node), root_);
}

}  // namespace hotline::directory
