// An NRI plugin for the end-to-end tests, on the stub of github.com/containerd/nri: a client of the protocol that
// shares nothing with the daemon. It prints a line for each event, adjusts each container that has the annotation
// berth.test/adjust.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/containerd/nri/pkg/api"
	"github.com/containerd/nri/pkg/stub"
)

type plugin struct{}

func say(format string, arguments ...any) {
	fmt.Printf(format+"\n", arguments...)
}

func (plugin) Configure(_ context.Context, config, runtime, version string) (api.EventMask, error) {
	say("Configure %s %q", runtime, config)
	return 0, nil
}

func (plugin) Synchronize(_ context.Context, pods []*api.PodSandbox, containers []*api.Container) ([]*api.ContainerUpdate, error) {
	say("Synchronize %d pods %d containers", len(pods), len(containers))
	for _, container := range containers {
		say("Known %s %s", container.GetName(), container.GetState())
	}
	return nil, nil
}

func (plugin) RunPodSandbox(_ context.Context, pod *api.PodSandbox) error {
	say("RunPodSandbox %s %d addresses", pod.GetName(), len(pod.GetIps()))
	return nil
}

func (plugin) UpdatePodSandbox(_ context.Context, pod *api.PodSandbox, _, resources *api.LinuxResources) error {
	say("UpdatePodSandbox %s shares %d", pod.GetName(), resources.GetCpu().GetShares().GetValue())
	return nil
}

func (plugin) PostUpdatePodSandbox(_ context.Context, pod *api.PodSandbox) error {
	say("PostUpdatePodSandbox %s", pod.GetName())
	return nil
}

func (plugin) StopPodSandbox(_ context.Context, pod *api.PodSandbox) error {
	say("StopPodSandbox %s", pod.GetName())
	return nil
}

func (plugin) RemovePodSandbox(_ context.Context, pod *api.PodSandbox) error {
	say("RemovePodSandbox %s", pod.GetName())
	return nil
}

func (plugin) CreateContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	say("CreateContainer %s/%s", pod.GetName(), container.GetName())
	if _, asked := container.GetAnnotations()["berth.test/adjust"]; !asked {
		return nil, nil, nil
	}
	adjust := &api.ContainerAdjustment{}
	adjust.AddAnnotation("berth.test/adjusted", "yes")
	adjust.RemoveAnnotation("berth.test/adjust")
	adjust.AddEnv("NRI_GO", "adjusted")
	adjust.AddMount(&api.Mount{Destination: "/from-nri", Type: "tmpfs", Source: "tmpfs", Options: []string{"size=1m"}})
	adjust.AddRlimit("RLIMIT_NOFILE", 321, 123)
	adjust.SetLinuxCPUShares(555)
	return adjust, nil, nil
}

func (plugin) PostCreateContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) error {
	say("PostCreateContainer %s", container.GetName())
	return nil
}

func (plugin) StartContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) error {
	say("StartContainer %s", container.GetName())
	return nil
}

func (plugin) PostStartContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) error {
	say("PostStartContainer %s %s", container.GetName(), container.GetState())
	return nil
}

func (plugin) UpdateContainer(_ context.Context, _ *api.PodSandbox, container *api.Container, resources *api.LinuxResources) ([]*api.ContainerUpdate, error) {
	say("UpdateContainer %s shares %d", container.GetName(), resources.GetCpu().GetShares().GetValue())
	return nil, nil
}

func (plugin) PostUpdateContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) error {
	say("PostUpdateContainer %s", container.GetName())
	return nil
}

func (plugin) StopContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) ([]*api.ContainerUpdate, error) {
	say("StopContainer %s %s", container.GetName(), container.GetState())
	return nil, nil
}

func (plugin) RemoveContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) error {
	say("RemoveContainer %s", container.GetName())
	return nil
}

func main() {
	socket := flag.String("socket", "", "where the runtime listens; empty: as the environment says")
	index := flag.String("index", "10", "the plugin's index")
	flag.Parse()
	// Without one of them the stub takes the plugin's name from the environment, which a runtime that starts it sets.
	options := []stub.Option{stub.WithOnClose(func() { say("Closed") })}
	if *socket != "" {
		options = append(options, stub.WithSocketPath(*socket), stub.WithPluginName("go"), stub.WithPluginIdx(*index))
	}
	running, err := stub.New(plugin{}, options...)
	if err == nil {
		err = running.Run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
