namespace PodConsole.Web.Api.Reference;

/// <summary>What the properties of bodies mean.</summary>
internal static class PropertyWords
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["action"] = "What is to happen; `terminate` removes the pod for good.",
        ["allowedCudaVersions"] = "Recorded, and without effect here.",
        ["args"] = "Arguments with shell-like quoting; no shell reads them.",
        ["category"] = "The hardware it is meant for; recorded, and without effect here.",
        ["cloud"] = "`SECURE` keeps its public address; `COMMUNITY` can be moved to another one.",
        ["count"] = "Number of GPUs; recorded, and reserves nothing.",
        ["cpu"] = "Recorded, and reserves nothing. Not together with `gpu`.",
        ["dataCenterIds"] = "Without effect: there is one place.",
        ["disk"] = "Container disk, whole GB.",
        ["env"] = "Environment variables. In a new pod they are added to the template's, name by name; in a change they replace all. A secret "
            + "variable is shown with an empty value, and keeps its value when it is sent back so.",
        ["globalNetworking"] = "There is none here: only false is accepted.",
        ["gpu"] = "Recorded, and reserves nothing. Not together with `cpu`.",
        ["image"] = "The program or container image. A new pod needs it unless `templateId` is given.",
        ["keys"] = "All public keys, as lines of authorized_keys.",
        ["locked"] = "A locked pod refuses stop, reset, terminate and every change but its name and unlocking.",
        ["memory"] = "GB of memory.",
        ["minCudaVersion"] = "Recorded, and without effect here.",
        ["mounts"] = "Its volume; leaving it out keeps what is there.",
        ["name"] = "1 to 191 characters; a template's is unique for its owner.",
        ["path"] = "Where the volume is mounted.",
        ["persistent"] = "The volume that survives a reset. It can grow, never shrink.",
        ["podId"] = "The pod whose ports are to change; without it a new pod is planned.",
        ["ports"] = "Ports as `8888/http` and `22/tcp`. A number from 70000 asks for a symmetrical port: `70000/tcp`. An empty list removes all.",
        ["public"] = "Whether everyone here may deploy it; only for those who may publish.",
        ["registry"] = "There are none here: only null is accepted.",
        ["reset"] = "Whether the plan is for a reset, which gives new numbers.",
        ["serverless"] = "There are no serverless endpoints here: only false is accepted.",
        ["size"] = "Whole GB.",
        ["startJupyter"] = "Recorded, and without effect here: an image starts what it contains.",
        ["startSsh"] = "Recorded, and without effect here: pods get the account's SSH keys as `PUBLIC_KEY` anyway.",
        ["templateId"] = "The template whose values hold where the body says nothing.",
        ["vcpuCount"] = "Number of virtual processors.",
    };

    /// <summary>What a property means; null when its name says it all.</summary>
    public static string? Of(string name) => Words.GetValueOrDefault(name);
}
