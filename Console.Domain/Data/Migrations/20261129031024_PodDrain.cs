using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PodConsole.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class PodDrain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Drain",
                table: "Pods",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Drain",
                table: "Pods");
        }
    }
}
