// The generated protocol's types under names short enough to read.
#pragma once

#include "berth/shim/v1/shim.pb-c.h"

typedef Berth__Shim__V1__Request Request;
typedef Berth__Shim__V1__Reply Reply;
typedef Berth__Shim__V1__LaunchPlan LaunchPlan;
typedef Berth__Shim__V1__Namespaces PlanNamespaces;
typedef Berth__Shim__V1__Namespaces__Choice NamespaceChoice;
typedef Berth__Shim__V1__IdMapping IdMapping;
typedef Berth__Shim__V1__RootFilesystem RootFilesystem;
typedef Berth__Shim__V1__OverlayMount OverlayMount;
typedef Berth__Shim__V1__Mount PlanMount;
typedef Berth__Shim__V1__DeviceNode DeviceNode;
typedef Berth__Shim__V1__Symlink PlanSymlink;
typedef Berth__Shim__V1__Sysctl Sysctl;
typedef Berth__Shim__V1__Capabilities Capabilities;
typedef Berth__Shim__V1__Hook PlanHook;
typedef Berth__Shim__V1__Hooks PlanHooks;
typedef Berth__Shim__V1__Process ProcessPlan;
typedef Berth__Shim__V1__ExitRecord ExitRecord;
typedef Berth__Shim__V1__CreateSandboxRequest CreateSandboxRequest;
typedef Berth__Shim__V1__ExecRequest ExecRequest;

#define NAMESPACE_HOST BERTH__SHIM__V1__NAMESPACES__KIND__HOST
#define NAMESPACE_NEW BERTH__SHIM__V1__NAMESPACES__KIND__NEW
#define NAMESPACE_SANDBOX BERTH__SHIM__V1__NAMESPACES__KIND__SANDBOX
#define NAMESPACE_PATH BERTH__SHIM__V1__NAMESPACES__KIND__PATH
#define SOURCE_FILE_SYSTEM BERTH__SHIM__V1__MOUNT__SOURCE_KIND__FILE_SYSTEM
#define SOURCE_BIND BERTH__SHIM__V1__MOUNT__SOURCE_KIND__BIND
#define SOURCE_IMAGE BERTH__SHIM__V1__MOUNT__SOURCE_KIND__IMAGE
#define SOURCE_SANDBOX_SHM BERTH__SHIM__V1__MOUNT__SOURCE_KIND__SANDBOX_SHM

// An optional number of proto3 is generated as a oneof of one field (the protobuf-c of current
// distributions does not know proto3's optional; on the wire the two are the same).
#define PROCESS_HAS_UMASK(process) \
  ((process)->umask_presence_case == BERTH__SHIM__V1__PROCESS__UMASK_PRESENCE_UMASK)
#define PROCESS_HAS_OOM_SCORE_ADJ(process) \
  ((process)->oom_score_adj_presence_case == BERTH__SHIM__V1__PROCESS__OOM_SCORE_ADJ_PRESENCE_OOM_SCORE_ADJ)
#define SANDBOX_HAS_OOM_SCORE_ADJ(request)        \
  ((request)->oom_score_adj_presence_case ==      \
   BERTH__SHIM__V1__CREATE_SANDBOX_REQUEST__OOM_SCORE_ADJ_PRESENCE_OOM_SCORE_ADJ)

// What kind of namespace a plan chose; no choice is the host's.
static inline int namespace_kind(const NamespaceChoice *choice) {
  return choice == NULL ? NAMESPACE_HOST : (int)choice->kind;
}
