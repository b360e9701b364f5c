using MudBlazor;

namespace PodConsole.Web.Shell;

/// <summary>The one theme: colours, shapes and type of the whole console.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Sans =
        ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Value { get; } = new()
    {
        PaletteDark = new PaletteDark
        {
            Primary = "#9b7bf0",
            PrimaryContrastText = "#120b24",
            PrimaryDarken = "#b199f5",
            Secondary = "#5fb3d9",
            Success = "#4cc38a",
            Warning = "#e5b454",
            Error = "#f2766f",
            Info = "#5fb3d9",
            SecondaryContrastText = "#06131a",
            SuccessContrastText = "#06150e",
            WarningContrastText = "#1a1203",
            ErrorContrastText = "#210504",
            InfoContrastText = "#06131a",
            Background = "#101114",
            BackgroundGray = "#16181d",
            Surface = "#1a1c22",
            DrawerBackground = "#141519",
            DrawerText = "#d5d8df",
            DrawerIcon = "#9da3b0",
            AppbarBackground = "#141519",
            AppbarText = "#e8eaef",
            TextPrimary = "#e8eaef",
            TextSecondary = "#a3a9b6",
            TextDisabled = "#7b8190",
            ActionDefault = "#b4b9c5",
            LinesDefault = "#2b2e37",
            LinesInputs = "#6a7080",
            Divider = "#2b2e37",
            TableLines = "#2b2e37",
            OverlayDark = "rgba(0,0,0,0.6)",
        },
        PaletteLight = new PaletteLight
        {
            Primary = "#6236c9",
            Secondary = "#1b6f99",
            Success = "#18794e",
            Warning = "#8f5a00",
            Error = "#c0322b",
            Info = "#1b6f99",
            Background = "#f6f6f9",
            BackgroundGray = "#eeeff4",
            Surface = "#ffffff",
            DrawerBackground = "#ffffff",
            DrawerText = "#2a2d36",
            DrawerIcon = "#5b6170",
            AppbarBackground = "#ffffff",
            AppbarText = "#1d2029",
            TextPrimary = "#1d2029",
            TextSecondary = "#565c6b",
            ActionDefault = "#565c6b",
            LinesDefault = "#dfe1e8",
            LinesInputs = "#8a90a0",
            Divider = "#dfe1e8",
            TableLines = "#dfe1e8",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "220px", AppbarHeight = "56px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.9rem", LetterSpacing = "normal" },
            Body1 = new Body1Typography { LetterSpacing = "normal" },
            Body2 = new Body2Typography { LetterSpacing = "normal" },
            Caption = new CaptionTypography { LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = Sans, FontSize = "1.5rem", FontWeight = "600", LineHeight = "1.3" },
            H2 = new H2Typography { FontFamily = Sans, FontSize = "1.1rem", FontWeight = "600", LineHeight = "1.4" },
            H3 = new H3Typography { FontFamily = Sans, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "1.05rem", FontWeight = "600" },
            Button = new ButtonTypography { FontFamily = Sans, FontWeight = "500", LetterSpacing = "normal", TextTransform = "none" },
        },
    };
}
